/** A command that failed elsewhere (in the worker, in the leading tab), with the code it failed with there. */
export class CommandFailed extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.name = "CommandFailed";
    this.code = code;
  }
}
