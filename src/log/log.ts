export const LEVELS = ["debug", "info", "warn", "error"] as const;
export type Level = (typeof LEVELS)[number];

/**
 * All that a line of the log can say beside its event. There is no member for text, names, tokens, keys or
 * request bodies, and a value of another member cannot be handed in: that is how secrets stay out.
 */
export interface LogFields {
  readonly requestId?: string;
  readonly method?: string;
  /** The declared route, with its parameters unfilled. */
  readonly route?: string;
  readonly status?: number;
  readonly milliseconds?: number;
  readonly errorCode?: string;
  readonly accountId?: string;
  readonly deviceId?: string;
  readonly sessionId?: string;
  readonly conversationId?: string;
  readonly ip?: string;
  readonly count?: number;
  readonly bytes?: number;
  readonly closeCode?: number;
  readonly address?: string;
  readonly dialect?: string;
  readonly build?: string;
  readonly job?: string;
  readonly signal?: string;
  readonly error?: unknown;
}

export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}
