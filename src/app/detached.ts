/**
 * The same text in memory of its own. Strings of a decoded report are slices of it: kept beyond the report, a short one
 * would keep the whole report in memory.
 */
export const detached = (text: string): string => Buffer.from(text, 'utf8').toString('utf8')
