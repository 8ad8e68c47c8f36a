import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import {
  constants,
  gunzip,
  gunzipSync,
  type ZlibOptions,
  type ZstdOptions,
  zstdDecompress,
  zstdDecompressSync,
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

interface Expanded {
  readonly buffer: Buffer
  /** Tells how many bytes of the input were used. */
  readonly engine: { readonly bytesWritten: number }
}

type Options = ZlibOptions | ZstdOptions

// With `info`, they return more than the types of Node say.
const expanders = {
  gzip: {
    now: gunzipSync as unknown as (input: Buffer, options: Options) => Expanded,
    apart: promisify(gunzip) as unknown as (input: Buffer, options: Options) => Promise<Expanded>,
  },
  zstd: {
    now: zstdDecompressSync as unknown as (input: Buffer, options: Options) => Expanded,
    apart: promisify(zstdDecompress) as unknown as (input: Buffer, options: Options) => Promise<Expanded>,
  },
}

/**
 * A body of up to so many bytes, as nearly every report has it, is expanded on the spot, which takes a third of what the thread pool
 * costs. It may be made to expand to far more than reports do: then that is done apart after all.
 */
const SMALL = { bodyBytes: 64 * 1024, decodedBytes: 512 * 1024, chunkBytes: 64 * 1024 } as const

const isTooLarge = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'

/**
 * A frame of zstd says how much memory it takes to expand it, whatever its size: 4 MB at most, more than probes use. Without
 * a bound it could be 128 MB.
 */
const MAX_WINDOW = { [constants.ZSTD_d_windowLogMax]: 22 }

const expand = (
  body: Buffer,
  coding: ContentCoding,
  maxOutputLength: number,
): Expanded | Promise<Expanded> => {
  const { now, apart } = expanders[coding]
  const options = { maxOutputLength, info: true, ...(coding === 'zstd' && { params: MAX_WINDOW }) }
  if (body.length > SMALL.bodyBytes) return apart(body, options)
  const mostNow = Math.min(maxOutputLength, SMALL.decodedBytes)
  try {
    return now(body, { ...options, maxOutputLength: mostNow, chunkSize: SMALL.chunkBytes })
  } catch (error) {
    if (isTooLarge(error) && mostNow < maxOutputLength) return apart(body, options)
    throw error
  }
}

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
    const { buffer, engine } = await expand(body, coding, limits.decodedBytes)
    if (engine.bytesWritten === body.length) return buffer
  } catch (cause) {
    if (isTooLarge(cause))
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
