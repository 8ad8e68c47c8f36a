/** Parses the text of an option, or throws a `UsageError` that says what is allowed. */
export type ValueParser<T> = (text: string, option: string) => T
