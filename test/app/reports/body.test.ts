import { randomBytes } from 'node:crypto'
import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { checkBodyHeaders, expandBody } from '../../../src/app/reports/body.ts'
import type { ReportMessage } from '../../../src/report/delta/delta-schema.ts'
import { encodeMessage } from '../../../src/report/encoding/encoding.ts'
import { defaultLimits } from '../../../src/report/limits.ts'
import { REPORT_CONTENT_TYPE } from '../../../src/report/schema.ts'

describe('checkBodyHeaders', () => {
  const check = (contentType?: string, contentEncoding?: string, contentLength?: string) =>
    checkBodyHeaders({ contentType, contentEncoding, contentLength }, defaultLimits)

  it('tells whether the body is compressed', () => {
    expect(check(REPORT_CONTENT_TYPE)).toBe(undefined)
    expect(check(REPORT_CONTENT_TYPE, 'identity')).toBe(undefined)
    expect(check(REPORT_CONTENT_TYPE.replace(';', ' ; ').toUpperCase(), 'GZIP')).toBe('gzip')
    expect(check(REPORT_CONTENT_TYPE, 'zstd')).toBe('zstd')
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

describe('expanding a body of gzip', () => {
  const gunzipBody = (body: Buffer, within: typeof limits) => expandBody(body, 'gzip', within)
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

describe('expanding a body of zstd', () => {
  const limits = { ...defaultLimits, decodedBytes: 10_000 }
  const random = randomBytes(9000)
  const packed = zstdCompressSync(random)
  const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4])

  it('gives back what was compressed', async () => {
    expect(await expandBody(packed, 'zstd', limits)).toEqual(random)
    expect(await expandBody(zstdCompressSync(Buffer.alloc(10_000)), 'zstd', limits)).toHaveLength(10_000)
  })

  // Node compresses in chunks of 16 kB.
  it.each([16_384, 65_536])(
    'expands what probes send, also where it fills %i bytes exactly',
    async (full) => {
      const within = { ...limits, bodyBytes: 2 * full, decodedBytes: 2 * full }
      const sizes: number[] = []
      for (let size = full - 60; size < full; size++) {
        const message = { random: randomBytes(size) } as unknown as ReportMessage
        const { body } = await encodeMessage(message, 'zstd')
        sizes.push(body.length)
        expect((await expandBody(Buffer.from(body), 'zstd', within)).length).toBeGreaterThan(size)
      }
      expect(sizes).toContain(full)
    },
  )

  it.each([
    ['nothing', Buffer.alloc(0), 'empty', 400],
    ['no zstd data', random, 'invalid_zstd', 400],
    ['gzip data', gzipSync(random), 'invalid_zstd', 400],
    ['data cut off', packed.subarray(0, -20), 'invalid_zstd', 400],
    ['a header alone', packed.subarray(0, 5), 'invalid_zstd', 400],
    ['something after the end', Buffer.concat([packed, Buffer.from('more')]), 'trailing_bytes', 400],
    ['another frame after the end', Buffer.concat([packed, packed]), 'trailing_bytes', 400],
    ['a frame that is skipped', Buffer.concat([skipped, packed]), 'trailing_bytes', 400],
    ['more than the limit', zstdCompressSync(Buffer.alloc(10_001)), 'too_large', 413],
    ['far more than the limit', zstdCompressSync(Buffer.alloc(50_000_000)), 'too_large', 413],
    [
      'a frame that takes much memory',
      zstdCompressSync(Buffer.alloc(40_000_000), { params: { [constants.ZSTD_c_windowLog]: 25 } }),
      'invalid_zstd',
      400,
    ],
  ])('refuses %s', async (_name, body, code, status) => {
    await expect(expandBody(body, 'zstd', limits)).rejects.toMatchObject({ code, status })
  })
})

describe.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const)('a body of %s, whatever its size and that of what it holds,', (coding, compress) => {
  const MB = 1024 * 1024
  const repeated = (sizeBytes: number): Buffer => Buffer.alloc(sizeBytes, 'scope')
  const plain: [string, Buffer][] = [
    ['small in both', repeated(1000)],
    ['small, of much', repeated(3 * MB)],
    ['large in both', randomBytes(MB)],
  ]

  it.each(plain)('gives back what was compressed: %s', async (_name, bytes) => {
    const body = compress(bytes)
    const expanded = await expandBody(body, coding, { ...defaultLimits, decodedBytes: bytes.length })
    expect(expanded.equals(bytes)).toBe(true)
  })

  it.each(plain)(
    'is refused when it is more than the limit, damaged, or not alone: %s',
    async (_name, bytes) => {
      const body = compress(bytes)
      const codeOf = (given: Buffer, decodedBytes: number): Promise<unknown> =>
        expandBody(given, coding, { ...defaultLimits, decodedBytes }).then(
          () => 'taken',
          ({ code }) => code,
        )
      expect(await codeOf(body, bytes.length - 1)).toBe('too_large')
      expect(await codeOf(body.subarray(0, -1), bytes.length)).toBe(`invalid_${coding}`)
      const withMore = await codeOf(Buffer.concat([body, Buffer.alloc(1)]), bytes.length)
      expect(['trailing_bytes', `invalid_${coding}`]).toContain(withMore)
    },
  )
})
