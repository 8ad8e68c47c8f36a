import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { Packr } from 'msgpackr'
import type { Report } from './schema.ts'

const packr = new Packr({ useRecords: false, variableMapSize: true, encodeUndefinedAsNil: true })
const compress = promisify(gzip)

/** A report as it travels: MessagePack, gzipped (send it with `Content-Encoding: gzip`). */
export const encodeReport = async (report: Report): Promise<Uint8Array> =>
  compress(packr.pack(report), { level: 1 })
