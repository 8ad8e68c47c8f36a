/**
 * The code of a Node system error, such as `ENOENT`.
 *
 * @returns undefined for an error without a code
 */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
