/**
 * The code that Node gives an error of the system: `ENOENT`.
 *
 * @returns undefined for what has none
 */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
