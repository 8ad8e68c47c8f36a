import { Packr } from 'msgpackr'
import { describe, expect, it } from 'vitest'
import { inspectMessagePack } from '../../../src/report/encoding/msgpack-inspection.ts'
import { ReportError } from '../../../src/report/report-error.ts'

const limits = { depth: 4, values: 1000, entriesPerNode: 8, valueLength: 70_000 }
const packr = new Packr({ useRecords: false, variableMapSize: true })
const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex')

const faultOf = (body: Uint8Array): ReportError | undefined => {
  try {
    inspectMessagePack(body, limits)
    return undefined
  } catch (error) {
    if (error instanceof ReportError) return error
    throw error
  }
}

describe('inspectMessagePack', () => {
  it.each([
    ['nil', 'c0'],
    ['an empty map', '80'],
    ['an empty array in a map', '81 a161 90'],
    [
      'every width of integer and float',
      '9a 01 ff cc01 cd0001 ce00000001 cf0000000000000001 d001 d10001 ca00000000 cb0000000000000000',
    ],
    ['strings of every width', '94 a161 d90161 da000161 db0000000161'],
    ['arrays and maps of every width', '94 dc000101 dd0000000101 de0001a16101 df00000001a16101'],
    ['UTF-8 of four bytes', 'a4 f09f9880'],
  ])('passes %s', (_name, hex) => {
    expect(faultOf(bytes(hex))).toBeUndefined()
  })

  it('passes what an encoder writes', () => {
    const value = { text: 'ä'.repeat(300), list: [1, -1, 1.5, 2 ** 40, null, true], map: { a: { b: 'c' } } }
    expect(faultOf(packr.pack(value))).toBeUndefined()
  })

  it.each([
    ['nothing', '', 'empty', undefined],
    ['an array cut off', '92 01', 'truncated', undefined],
    ['a string cut off', 'a5 6161', 'truncated', undefined],
    ['a map cut off after a key', '81 a161', 'truncated', 'a'],
    ['an array of 4 G', 'dd ffffffff', 'truncated', undefined],
    ['a map of 4 G', 'df ffffffff', 'truncated', undefined],
    ['a string of 4 G', 'db ffffffff 61', 'truncated', undefined],
    ['an array longer than its bytes, further in', '81 a161 dc00ff 01', 'truncated', 'a'],
    ['a number key', '81 01 02', 'invalid_key', undefined],
    ['an array as a key', '81 90 02', 'invalid_key', undefined],
    ['the key __proto__', '81 a95f5f70726f746f5f5f 01', 'invalid_key', '__proto__'],
    ['the same key twice', '82 a161 01 a161 02', 'duplicate_key', 'a'],
    ['too deep', '91 91 91 91 91 01', 'too_deep', '[0][0][0][0]'],
    ['bytes after the end', '80 80', 'trailing_bytes', undefined],
    ['invalid UTF-8', '81 a161 92 01 a2c328', 'invalid_utf8', 'a[1]'],
    ['invalid UTF-8 in a key', '81 a2c328 01', 'invalid_utf8', undefined],
    ['an overlong form', 'a2 c080', 'invalid_utf8', undefined],
    ['a surrogate', 'a3 eda080', 'invalid_utf8', undefined],
    ['binary data', 'c4 01 00', 'unsupported_type', undefined],
    ['the unused byte', 'c1', 'unsupported_type', undefined],
    ['an extension', 'c7 01 05 00', 'unsupported_type', undefined],
    ['a fixed extension', 'd4 72 40', 'unsupported_type', undefined],
    ['a map of too many entries', `89 ${'a16101'.repeat(9)}`, 'too_many_entries', undefined],
    ['too many values', `dc03e8 ${'01'.repeat(1000)}`, 'too_many_values', '[999]'],
  ])('refuses %s', (_name, hex, code, field) => {
    const fault = faultOf(bytes(hex))
    expect(fault).toMatchObject({ code, field })
    expect(fault?.message).toMatch(/, at byte \d+$/)
  })

  it('takes ten million levels without a stack of its own', () => {
    expect(faultOf(Buffer.alloc(10_000_000, 0x91))).toMatchObject({ code: 'too_deep' })
  })

  it('forgets the keys of one map when it comes to the next', () => {
    expect(faultOf(packr.pack([{ a: 1 }, { a: 1, b: { a: 1 } }, { b: 1 }]))).toBeUndefined()
  })
})

describe('the length of texts', () => {
  const inspect = (text: string, valueLength: number, key = 'a') =>
    inspectMessagePack(packr.pack({ [key]: text }), { ...limits, valueLength })

  it.each([
    ['ASCII', 'x'.repeat(100)],
    ['three bytes each', '€'.repeat(100)],
    ['pairs of surrogates', '😀'.repeat(50)],
  ])('counts UTF-16 units: %s', (_, text) => {
    expect(text).toHaveLength(100)
    expect(() => inspect(text, 100)).not.toThrow()
    expect(() => inspect(text, 99)).toThrow(
      expect.objectContaining({ code: 'too_long', status: 413, field: 'a' }),
    )
  })

  it('holds for short limits, and for keys', () => {
    expect(() => inspect('abcd', 3)).toThrow('a text of more than 3 characters')
    expect(() => inspect('x', 3, 'abcd')).toThrow('a text of more than 3 characters')
    expect(() => inspect('abc', 3, 'abc')).not.toThrow()
  })
})
