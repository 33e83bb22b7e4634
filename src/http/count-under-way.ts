/** How many requests are being answered, for whoever waits until none is. */
export function countUnderWay() {
  let count = 0;
  const waiting: (() => void)[] = [];
  return {
    async during<Answer>(work: () => Promise<Answer>): Promise<Answer> {
      count += 1;
      try {
        return await work();
      } finally {
        count -= 1;
        if (count === 0) for (const tell of waiting.splice(0)) tell();
      }
    },
    none(): Promise<void> {
      return count === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
    },
  };
}
