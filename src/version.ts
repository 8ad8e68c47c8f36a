import { readFileSync } from 'node:fs'
import { checkout } from './checkout.ts'

const manifest: unknown = JSON.parse(readFileSync(checkout.manifest, 'utf8'))

/** The version of this checkout, as in `package.json`, for example `0.1.0`. */
export const version: string =
  typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '0.0.0'
