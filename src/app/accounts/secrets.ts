import { createHash, randomBytes } from 'node:crypto'

/** A random text that cannot be guessed: 22 base64url characters for 128 bits, 43 for 256. */
export const randomSecret = (bits: 128 | 256): string => randomBytes(bits / 8).toString('base64url')

/** What is kept of a random secret. A slow hash would add nothing: there is nothing to guess. */
export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()
