import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { checkBodyHeaders, gunzipBody } from '../../../src/app/reports/body.ts'
import { defaultLimits } from '../../../src/report/limits.ts'
import { REPORT_CONTENT_TYPE } from '../../../src/report/schema.ts'

describe('checkBodyHeaders', () => {
  const check = (contentType?: string, contentEncoding?: string, contentLength?: string) =>
    checkBodyHeaders({ contentType, contentEncoding, contentLength }, defaultLimits)

  it('tells whether the body is compressed', () => {
    expect(check(REPORT_CONTENT_TYPE)).toEqual({ gzip: false })
    expect(check(REPORT_CONTENT_TYPE, 'identity')).toEqual({ gzip: false })
    expect(check(REPORT_CONTENT_TYPE.replace(';', ' ; ').toUpperCase(), 'GZIP')).toEqual({ gzip: true })
  })

  it.each([
    ['no type', undefined, undefined, undefined, 415],
    ['JSON', 'application/json', undefined, undefined, 415],
    ['another version', REPORT_CONTENT_TYPE.replace('v=1', 'v=2'), undefined, undefined, 415],
    ['a longer type', `${REPORT_CONTENT_TYPE}0`, undefined, undefined, 415],
    ['another encoding', REPORT_CONTENT_TYPE, 'br', undefined, 415],
    ['two encodings', REPORT_CONTENT_TYPE, 'gzip, gzip', undefined, 415],
    ['a length too great', REPORT_CONTENT_TYPE, 'gzip', String(defaultLimits.bodyBytes + 1), 413],
  ])('refuses %s', (_name, type, encoding, length, status) => {
    expect(() => check(type, encoding, length)).toThrow(expect.objectContaining({ status }))
  })
})

describe('gunzipBody', () => {
  const limits = { ...defaultLimits, decodedBytes: 10_000 }
  const random = randomBytes(9000)
  const packed = gzipSync(random)

  it('gives back what was compressed', async () => {
    expect(await gunzipBody(packed, limits)).toEqual(random)
    expect(await gunzipBody(gzipSync(Buffer.alloc(10_000)), limits)).toHaveLength(10_000)
  })

  it.each([
    ['nothing', Buffer.alloc(0), 'empty', 400],
    ['no gzip data', random, 'invalid_gzip', 400],
    ['data cut off', packed.subarray(0, -20), 'invalid_gzip', 400],
    ['data cut off in its checksum', packed.subarray(0, -4), 'invalid_gzip', 400],
    ['a header alone', packed.subarray(0, 10), 'invalid_gzip', 400],
    ['a damaged checksum', Buffer.concat([packed.subarray(0, -5), Buffer.alloc(5, 1)]), 'invalid_gzip', 400],
    ['something after the end', Buffer.concat([packed, Buffer.from('more')]), 'invalid_gzip', 400],
    ['a zero after the end', Buffer.concat([packed, Buffer.alloc(1)]), 'trailing_bytes', 400],
    ['more than the limit', gzipSync(Buffer.alloc(10_001)), 'too_large', 413],
    ['far more than the limit', gzipSync(Buffer.alloc(50_000_000)), 'too_large', 413],
  ])('refuses %s', async (_name, body, code, status) => {
    await expect(gunzipBody(body, limits)).rejects.toMatchObject({ code, status })
  })
})
