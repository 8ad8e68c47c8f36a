import { constants, crc32, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/report/limits.ts'
import { proveReport } from '../../../src/report/proof/proof.ts'
import { REPORT_CONTENT_TYPE } from '../../../src/report/schema.ts'
import { clusterKey } from '../../../src/state/state-dir.ts'
import { processNode } from '../../support/reports/reports.ts'
import { connectTestProbe } from '../../support/scope/app-client.ts'
import { type Attack, packr, plain, prepareAttack, valid } from './attack.ts'

const MIB = 1024 * 1024

let attack: Attack
beforeAll(async () => {
  attack = await prepareAttack()
})
afterAll(() => attack.app.remove())

const changed: Attack['changed'] = (change) => attack.changed(change)

const withConnection = (change: Record<string, unknown>): Uint8Array =>
  changed((r) => Object.assign((r.connections as object[])[0] as object, change))

const repeated = (part: Uint8Array, times: number): Buffer => Buffer.alloc(part.length * times, part)

/** Compressing so much would take longer than all else; the parts of compressed data may be repeated, too. */
const gzippedZeros = (mebibytes: number): Buffer => {
  const header = Buffer.from('1f8b0800000000000003', 'hex')
  const part = deflateRawSync(Buffer.alloc(MIB), { finishFlush: constants.Z_FULL_FLUSH })
  const checksum = Buffer.alloc(4)
  const size = Buffer.alloc(4)
  size.writeUInt32LE((mebibytes * MIB) % 2 ** 32)
  return Buffer.concat([header, repeated(part, mebibytes), deflateRawSync(''), checksum, size])
}

/** A report that has a node a million times. */
const withMillion = (node: object): Uint8Array => {
  const marker = 'the nodes'
  const [before = '', after = ''] = Buffer.from(changed((r) => Object.assign(r, { nodes: marker })))
    .toString('latin1')
    .split(Buffer.from(packr.pack(marker)).toString('latin1'))
  const count = Buffer.from('dd000f4240', 'hex')
  const nodes = repeated(packr.pack(node), 1_000_000)
  return Buffer.concat([Buffer.from(before, 'latin1'), count, nodes, Buffer.from(after, 'latin1')])
}

it('the largest bodies are what they are called', () => {
  const small = gzippedZeros(2)
  small.writeUInt32LE(crc32(Buffer.alloc(2 * MIB)), small.length - 8)
  expect(gunzipSync(small).equals(Buffer.alloc(2 * MIB))).toBe(true)
  const { nodes, host } = packr.unpack(withMillion({ id: '7' })) as { nodes: object[]; host: object }
  expect([nodes.length, nodes.at(-1), host]).toEqual([1_000_000, { id: '7' }, valid('beta').host])
})

describe('a hostile body gets an answer that names its fault', () => {
  it.each<
    [
      string,
      () => Uint8Array | Promise<Uint8Array>,
      Record<string, string | undefined>,
      number,
      string,
      string?,
    ]
  >([
    ['an empty gzip', () => gzipSync(''), {}, 400, 'empty'],
    ['truncated gzip', () => gzipSync(packr.pack(valid('beta'))).subarray(0, -30), {}, 400, 'invalid_gzip'],
    ['no gzip', () => packr.pack(valid('beta')), {}, 400, 'invalid_gzip'],
    [
      'JSON as JSON',
      () => Buffer.from('{}'),
      { ...plain, 'content-type': 'application/json' },
      415,
      'unsupported_type',
      'content-type',
    ],
    [
      'no content type',
      () => gzipSync('{}'),
      { 'content-type': 'text/plain' },
      415,
      'unsupported_type',
      'content-type',
    ],
    [
      'another encoding',
      () => gzipSync('{}'),
      { 'content-encoding': 'br' },
      415,
      'unsupported_encoding',
      'content-encoding',
    ],
    ['JSON under the right name', () => Buffer.from('{"nodes":[]}'), plain, 400, 'trailing_bytes'],
    ['a number', () => packr.pack(7), plain, 400, 'invalid_field'],
    ['a list', () => packr.pack([1]), plain, 400, 'invalid_field'],
    [
      'a section of another type',
      () => changed((r) => Object.assign(r, { nodes: 'none' })),
      plain,
      400,
      'invalid_field',
      'nodes',
    ],
    [
      'an id of another type',
      () => withConnection({ id: 5 }),
      plain,
      400,
      'invalid_field',
      'connections[0].id',
    ],
    [
      'JSON ten million levels deep',
      () => Buffer.alloc(10_000_000, '['),
      { ...plain, 'content-type': 'application/json' },
      415,
      'unsupported_type',
      'content-type',
    ],
    [
      'JSON ten million levels deep, compressed, under the right name',
      () => gzipSync(Buffer.alloc(10_000_000, '[')),
      {},
      400,
      'trailing_bytes',
    ],
    [
      'MessagePack ten million levels deep',
      () => gzipSync(Buffer.alloc(10_000_000, 0x91)),
      {},
      400,
      'too_deep',
    ],
    [
      'maps ten million levels deep',
      () => gzipSync(Buffer.from('81a161'.repeat(10_000_000), 'hex')),
      {},
      400,
      'too_deep',
    ],
    ['1 GB of zeros, gzipped', () => gzippedZeros(1024), {}, 413, 'too_large'],
    ['a body over the limit', () => Buffer.alloc(defaultLimits.bodyBytes + 1), plain, 413, 'too_large'],
    ['an array of 4 G', () => Buffer.from('ddffffffff', 'hex'), plain, 400, 'truncated'],
    ['a map of 4 G', () => Buffer.from('dfffffffff', 'hex'), plain, 400, 'truncated'],
    ['a string of 4 GB', () => Buffer.from('dbffffffff', 'hex'), plain, 400, 'truncated'],
    [
      'a string of 4 GB in a node',
      () => Buffer.concat([Buffer.from('81a56e6f64657391', 'hex'), Buffer.from('dbffffffff', 'hex')]),
      plain,
      400,
      'truncated',
      'nodes[0]',
    ],
    ['a million nodes', () => gzipSync(withMillion({ id: '7' })), {}, 413, 'too_many', 'nodes'],
    ['a million whole nodes', () => gzipSync(withMillion(processNode('beta', 7))), {}, 413, 'too_large'],
    ['bad UTF-8', () => Buffer.from('81a46e616d65a2c328', 'hex'), plain, 400, 'invalid_utf8', 'name'],
    [
      'a count that is NaN',
      () => withConnection({ opened: Number.NaN }),
      plain,
      400,
      'invalid_field',
      'connections[0].opened',
    ],
    [
      'a negative count',
      () => withConnection({ opened: -5 }),
      plain,
      400,
      'invalid_field',
      'connections[0].opened',
    ],
    [
      'the key __proto__',
      () => Buffer.from('81a95f5f70726f746f5f5f80', 'hex'),
      plain,
      400,
      'invalid_key',
      '__proto__',
    ],
    [
      'a duplicate id',
      () => changed((r) => (r.nodes as object[]).push(processNode('beta', 1))),
      plain,
      400,
      'duplicate_id',
      'nodes[3].id',
    ],
    ['a duplicate key', () => Buffer.from('82a16101a16102', 'hex'), plain, 400, 'duplicate_key', 'a'],
    [
      'trailing bytes',
      () => Buffer.concat([changed(() => {}), Buffer.from([0])]),
      plain,
      400,
      'trailing_bytes',
    ],
    [
      'bytes after the gzip data',
      () => Buffer.concat([gzipSync(changed(() => {})), Buffer.alloc(3)]),
      {},
      400,
      'trailing_bytes',
    ],
    ['an extension type', () => Buffer.from('d47240', 'hex'), plain, 400, 'unsupported_type'],
    [
      'the envelope of another probe',
      () => changed((r) => Object.assign(r.envelope as object, { probeId: 'f'.repeat(16) })),
      plain,
      400,
      'wrong_envelope',
      'envelope.probeId',
    ],
    [
      'another number than proven',
      () => changed((r) => Object.assign(r.envelope as object, { seq: 4000 })),
      plain,
      400,
      'wrong_envelope',
      'envelope.seq',
    ],
    [
      'the host of another',
      () => changed((r) => Object.assign(r, { ...valid('alpha'), envelope: r.envelope })),
      plain,
      409,
      'host_taken',
      'host.id',
    ],
  ])('%s', async (_name, body, headers, status, code, field) => {
    const answer = await attack.send(await body(), headers)
    expect(answer.body.error).toMatchObject({ code, ...(field === undefined ? {} : { field }) })
    expect(answer.body.error?.message).not.toBe('')
    expect(answer.status).toBe(status)
  })
})

describe('a body is not even read', () => {
  it.each<[string, Record<string, string>, number, string]>([
    ['without any proof', { 'scope-challenge': '' }, 401, 'challenge'],
    ['with a wrong cluster proof', { 'scope-cluster-proof': 'A'.repeat(43) }, 403, 'wrong_cluster_key'],
    ['with a wrong signature', { 'scope-probe-signature': 'A'.repeat(86) }, 403, 'bad_signature'],
    ['with a signature by another key', { 'scope-probe-key': 'A'.repeat(43) }, 403, 'bad_signature'],
    ['for another epoch than signed', { 'scope-probe-epoch': '0'.repeat(16) }, 403, 'wrong_cluster_key'],
    ['with a malformed id', { 'scope-probe-id': 'x' }, 400, 'invalid_header'],
    ['with a malformed number', { 'scope-probe-seq': '-1' }, 400, 'invalid_header'],
  ])('%s', async (_name, headers, status, code) => {
    const answer = await attack.send(
      changed(() => {}),
      { ...plain, ...headers },
    )
    expect(answer).toMatchObject({ status, body: { error: { code } } })
  })

  it('from a probe with another cluster key', async () => {
    const stranger = await connectTestProbe({ ...attack.app, clusterKey: Buffer.alloc(32, 1) })
    expect(await stranger.post(valid('gamma'))).toMatchObject({
      status: 403,
      body: { error: { code: 'wrong_cluster_key' } },
    })
  })
})

it('refuses another body than the one proven, before it is decompressed', async () => {
  const url = `${attack.app.url}/api/report`
  const challenge = (await fetch(url, { method: 'POST' })).headers.get('scope-challenge') ?? ''
  attack.attacker.seq += 1
  const { probeId, epoch, seq, key } = attack.attacker
  const subject = { challenge, probeId, epoch, seq, body: changed(() => {}) }
  const headers = {
    ...proveReport(subject, key, await clusterKey(attack.app.stateDir)),
    'content-type': REPORT_CONTENT_TYPE,
    'content-encoding': 'gzip',
  }
  const answer = await fetch(url, { method: 'POST', headers, body: Buffer.from('not even gzip') })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ error: { code: 'wrong_hash', field: 'scope-body-sha256' } })
})

it('takes damaged bodies without a crash or a 5xx', async () => {
  const damage = fc.array(
    fc.record({ at: fc.nat(2000), drop: fc.nat(8), insert: fc.uint8Array({ maxLength: 8 }) }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  await fc.assert(
    fc.asyncProperty(damage, fc.boolean(), async (edits, compressed) => {
      let body = changed(() => {})
      for (const { at, drop, insert } of edits) {
        const start = at % body.length
        body = Buffer.concat([body.subarray(0, start), insert, body.subarray(start + drop)])
      }
      attack.attacker.seq += 1
      const answer = await attack.attacker.postBody(
        compressed ? gzipSync(body) : body,
        compressed ? {} : plain,
      )
      expect(answer.status).toBeLessThan(500)
    }),
    { numRuns: 150 },
  )
})

it('still takes reports after all that', async () => {
  // What is damaged may still be a report, of any uptime: those after it are of a probe that was started again.
  attack.attacker.restart()
  const answer = await attack.attacker.post(valid('beta'))
  expect(answer).toMatchObject({ status: 200, body: { seq: attack.attacker.seq } })
  expect(JSON.parse(await attack.map()).nodes).toHaveProperty(['beta;1'])
  expect(attack.app.logged.filter((line) => line.includes('a request failed'))).toEqual([])
})
