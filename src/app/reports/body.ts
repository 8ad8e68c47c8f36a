import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import {
  constants,
  gunzip,
  type InputType,
  type ZlibOptions,
  type ZstdOptions,
  zstdDecompress,
} from 'node:zlib'
import type { ContentCoding } from '../../report/encoding/encoding.ts'
import type { ReportLimits } from '../../report/limits.ts'
import { ReportError } from '../../report/report-error.ts'
import { PROTOCOL, REPORT_CONTENT_TYPE } from '../../report/schema.ts'
import { ApiError } from '../http/api-error.ts'

/** The headers that describe a request's body. */
export interface BodyHeaders {
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  readonly contentLength: string | undefined
}

/**
 * Checks type, encoding and declared length.
 *
 * @returns by what the body is compressed, if it is
 * @throws {ReportError} 415 or 413
 */
export const checkBodyHeaders = (headers: BodyHeaders, limits: ReportLimits): ContentCoding | undefined => {
  if (!isReportType(headers.contentType ?? ''))
    throw new ReportError('unsupported_type', `the Content-Type is not ${REPORT_CONTENT_TYPE}`, {
      status: 415,
      field: 'content-type',
    })
  const encoding = headers.contentEncoding?.trim().toLowerCase() ?? 'identity'
  if (encoding !== 'gzip' && encoding !== 'zstd' && encoding !== 'identity')
    throw new ReportError('unsupported_encoding', 'the Content-Encoding is neither gzip, zstd nor identity', {
      status: 415,
      field: 'content-encoding',
    })
  if (Number(headers.contentLength ?? 0) > limits.bodyBytes) throw tooLarge(limits.bodyBytes)
  return encoding === 'identity' ? undefined : encoding
}

const isReportType = (contentType: string): boolean => {
  const [type, ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase())
  return type === REPORT_CONTENT_TYPE.split(';')[0] && parameters.includes(`v=${PROTOCOL}`)
}

const tooLarge = (limit: number): ReportError =>
  new ReportError('too_large', `the body is larger than ${limit} bytes`, { status: 413 })

/** Options of {@link readBody}. */
export interface ReadBodyOptions {
  readonly limits: Pick<ReportLimits, 'bodyBytes'>
  /** Reading fails when no data arrives for this long. */
  readonly stallMs: number
  /** Called for each chunk to reserve memory; reading fails with what it throws. */
  readonly hold: (sizeBytes: number) => void
}

/**
 * Reads a body as sent, up to the size limit. When it fails, the rest is not read, but the connection stays open for
 * the answer.
 *
 * @throws {ReportError} 413 as soon as the body is too large; 400 when the sender disconnects
 * @throws {ApiError} 408 when no more data arrives
 */
export const readBody = (
  incoming: IncomingMessage,
  { limits, stallMs, hold }: ReadBodyOptions,
): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const settle = (error?: unknown): void => {
      clearTimeout(timer)
      incoming.off('data', take).off('end', ended).off('error', broke).off('close', broke)
      incoming.pause()
      if (error === undefined) resolve(Buffer.concat(chunks))
      else reject(error)
    }
    const take = (chunk: Buffer): void => {
      timer.refresh()
      size += chunk.length
      chunks.push(chunk)
      try {
        if (size > limits.bodyBytes) throw tooLarge(limits.bodyBytes)
        hold(chunk.length)
      } catch (error) {
        settle(error)
      }
    }
    const ended = (): void => settle()
    const broke = (cause?: unknown): void =>
      settle(new ReportError('incomplete', 'the connection ended before the body did', { cause }))
    const timer = setTimeout(() => settle(stalled(stallMs)), stallMs)
    incoming.on('data', take).on('end', ended).on('error', broke).on('close', broke)
  })

const stalled = (stallMs: number): ApiError =>
  new ApiError(408, 'stalled', `nothing more came of the body for ${stallMs} ms`, {
    headers: { connection: 'close' },
  })

type Expand = (
  input: InputType,
  options: ZlibOptions | ZstdOptions,
) => Promise<{ buffer: Buffer; engine: { bytesWritten: number } }>

// With `info`, the result also tells how many bytes of the input were used.
const expanders = {
  gzip: promisify(gunzip) as unknown as Expand,
  zstd: promisify(zstdDecompress) as unknown as Expand,
}

/**
 * A frame of zstd says how much memory it takes to expand it, whatever its size: 4 MB at most, more than probes use. Without
 * a bound it could be 128 MB.
 */
const MAX_WINDOW = { [constants.ZSTD_d_windowLogMax]: 22 }

/**
 * Decompresses a body, stopping at the size limit.
 *
 * @param coding undefined when it is not compressed: it is returned as it is
 * @throws {ReportError} 413 at the limit; 400 when the data is damaged, cut off or followed by something else
 */
export const expandBody = async (
  body: Buffer,
  coding: ContentCoding | undefined,
  limits: ReportLimits,
): Promise<Buffer> => {
  if (coding === undefined) return body
  if (body.length === 0) throw new ReportError('empty', `the body is empty; expected ${coding} data`)
  try {
    const { buffer, engine } = await expanders[coding](body, {
      ...{ maxOutputLength: limits.decodedBytes, info: true },
      ...(coding === 'zstd' && { params: MAX_WINDOW }),
    })
    if (engine.bytesWritten === body.length) return buffer
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new ReportError('too_large', `the body decompresses to more than ${limits.decodedBytes} bytes`, {
        status: 413,
      })
    throw new ReportError(
      `invalid_${coding}`,
      `the ${coding} data is damaged, cut off, or followed by something else`,
      { cause },
    )
  }
  throw new ReportError('trailing_bytes', `there are bytes after the end of the ${coding} data`)
}
