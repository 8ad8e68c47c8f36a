/**
 * Copies a string. Strings of a decoded report are slices of its text, so a short one that outlives the report would
 * keep the whole report in memory.
 */
export const detached = (text: string): string => Buffer.from(text, 'utf8').toString('utf8')
