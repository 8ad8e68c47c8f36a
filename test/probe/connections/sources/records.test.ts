import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  HEAD_BYTES,
  RECORD_BYTES,
  readRecord,
} from '../../../../src/probe/connections/sources/ebpf/records.ts'

const record = (fields: {
  kind: number
  cookie?: bigint
  family?: number
  comm?: string
  local?: number[]
}): DataView => {
  const view = new DataView(new ArrayBuffer(RECORD_BYTES + 4), 4)
  const u64 = (at: number, value: bigint) => view.setBigUint64(at, value, true)
  u64(0, 5_000_000n)
  u64(8, fields.cookie ?? 77n)
  u64(16, 10n)
  u64(24, 20n)
  view.setUint32(32, 300, true)
  view.setUint32(36, 200, true)
  view.setUint32(40, 2, true)
  view.setUint32(44, 30, true)
  view.setUint32(48, 450, true)
  view.setUint8(52, fields.family ?? 4)
  view.setUint8(53, fields.kind)
  view.setUint8(54, 2)
  view.setUint8(55, 111)
  u64(56, 1_230_000_000n)
  u64(64, 55n)
  view.setUint32(72, 4242, true)
  Buffer.from(fields.comm ?? 'nginx').forEach((byte, i) => {
    view.setUint8(80 + i, byte)
  })
  view.setUint32(96, 4026531840, true)
  view.setUint16(100, 80, true)
  view.setUint16(102, 40_000, true)
  ;(fields.local ?? [10, 0, 0, 1]).forEach((byte, i) => {
    view.setUint8(104 + i, byte)
  })
  ;[10, 0, 0, 2].forEach((byte, i) => {
    view.setUint8(120 + i, byte)
  })
  return view
}

const socket = {
  timeMs: 5,
  socket: 77,
  netns: 4026531840,
  localIp: '10.0.0.1',
  localPort: 80,
  remoteIp: '10.0.0.2',
  remotePort: 40_000,
  process: { pid: 4242, startTicks: 123, comm: 'nginx', cgroupId: 55, netns: 4026531840 },
}
const counters = { bytesSent: 10, bytesReceived: 20, rttUs: 200, smoothedRttUs: 300, retransmits: 2 }

it('is laid out as the programs write it', () => {
  const header = readFileSync(new URL('../../../../bpf/tcp.h', import.meta.url), 'utf8')
  const sizeOf = (struct: string) =>
    Number(new RegExp(`_Static_assert\\(sizeof\\(struct ${struct}\\) == (\\d+)`).exec(header)?.[1])
  expect([sizeOf('tcp_head'), sizeOf('tcp_record')]).toEqual([HEAD_BYTES, RECORD_BYTES])
})

describe('a record of the kernel', () => {
  it.each([
    [1, { kind: 'connected', ...socket, counters, handshakeUs: 450 }],
    [2, { kind: 'failed', ...socket, error: 111, retransmits: 2 }],
    [3, { kind: 'accepted', ...socket, counters }],
    [4, { kind: 'closed', timeMs: 5, socket: 77, counters, error: 111 }],
    [5, { kind: 'listening', ...socket }],
    [6, { kind: 'unlistened', timeMs: 5, socket: 77 }],
    [7, { kind: 'held', ...socket, role: 'server', counters }],
    [8, { kind: 'counters', timeMs: 5, socket: 77, counters, movedBytes: 30 }],
    [9, { kind: 'closed', timeMs: 5, socket: 77 }],
    [10, { kind: 'waiting', ...socket }],
    [11, { kind: 'unheld', timeMs: 5, socket: 77 }],
    [0, undefined],
    [12, undefined],
  ])('of kind %i is read', (kind, expected) => {
    expect(readRecord(record({ kind }), 0, RECORD_BYTES)).toEqual(expected)
  })

  it.each([1n, 0xffff_ffffn, 2n ** 40n, 2n ** 64n - 1n, 2n ** 64n - 4096n, 2n ** 64n - 2n ** 40n])(
    'of the socket with cookie %s is not taken for one of the next',
    (cookie) => {
      const sockets = [cookie, cookie + 1n, cookie - 1n, cookie + 2n].map((next) => {
        const event = readRecord(record({ kind: 6, cookie: BigInt.asUintN(64, next) }), 0, RECORD_BYTES)
        return event?.socket
      })
      expect(new Set(sockets).size).toBe(4)
    },
  )

  it.each([
    [
      'a name of all sixteen bytes',
      record({ kind: 1, comm: 'abcdefghijklmnop' }),
      { process: { comm: 'abcdefghijklmnop' } },
    ],
    [
      'a name that is not UTF-8 to its end',
      record({ kind: 1, comm: 'naïve' }),
      { process: { comm: 'naïve' } },
    ],
    [
      'IPv6',
      record({ kind: 1, family: 6, local: [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] }),
      { localIp: '2001:db8::1' },
    ],
    [
      'IPv4 in IPv6',
      record({ kind: 1, family: 6, local: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 168, 0, 1] }),
      { localIp: '192.168.0.1' },
    ],
  ])('%s', (_, view, expected) => {
    expect(readRecord(view, 0, RECORD_BYTES)).toMatchObject(expected)
  })

  it.each([
    [1, 'undefined'],
    [2, 'undefined'],
    [3, 'undefined'],
    [4, 'closed'],
    [5, 'undefined'],
    [6, 'unlistened'],
    [7, 'undefined'],
    [8, 'counters'],
    [9, 'closed'],
    [11, 'unheld'],
  ])('of kind %i that is but a head is %s', (kind, expected) => {
    expect(String(readRecord(record({ kind }), 0, HEAD_BYTES)?.kind)).toBe(expected)
    expect(readRecord(record({ kind }), 0, HEAD_BYTES - 1)).toBeUndefined()
  })

  it.each([
    [2n ** 50n - 1n, 2 ** 50 - 1],
    [2n ** 50n, 0],
    // -1, as the kernel's numbers have it
    [2n ** 64n - 1n, 0],
  ])('that says %d bytes is read as %d', (bytes, expected) => {
    const view = record({ kind: 4 })
    view.setBigUint64(16, bytes, true)
    view.setBigUint64(24, bytes, true)
    expect(readRecord(view, 0, RECORD_BYTES)).toMatchObject({
      counters: { bytesSent: expected, bytesReceived: expected },
    })
  })

  it('of an unknown family is left out', () => {
    expect(readRecord(record({ kind: 1, family: 9 }), 0, RECORD_BYTES)).toBeUndefined()
  })

  it('of any bytes and any length never throws', () => {
    const bytes = fc.uint8Array({ maxLength: 2 * RECORD_BYTES })
    fc.assert(
      fc.property(bytes, fc.nat(RECORD_BYTES), fc.nat(2 * RECORD_BYTES), (bytes, at, length) => {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        const read = readRecord(view, at, length)
        if (Math.min(bytes.length - at, length) < HEAD_BYTES) expect(read).toBeUndefined()
      }),
    )
  })
})
