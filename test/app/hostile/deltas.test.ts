import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDelta } from '../../../src/report/delta/make-delta.ts'
import { defaultLimits } from '../../../src/report/limits.ts'
import { pair, processNode } from '../../support/reports/reports.ts'
import { type Attack, packr, plain, prepareAttack, valid } from './attack.ts'

let attack: Attack
beforeAll(async () => {
  attack = await prepareAttack()
})
afterAll(() => attack.app.remove())

/** A change of the report that the attack.attacker has just had taken, which would be taken itself, but for the change. */
const changedDelta = (change: (delta: Record<string, unknown>) => void): Uint8Array => {
  const base = { ...valid('beta').envelope, seq: attack.attacker.seq }
  const delta = makeDelta({ ...valid('beta'), envelope: base }, valid('beta'))
  const loose: Record<string, unknown> = {
    ...structuredClone(delta),
    ...{ nodes: [], connections: [], addresses: [], status: [] },
    envelope: { ...attack.envelope(), base: attack.attacker.seq },
  }
  change(loose)
  return packr.pack(loose)
}

const removing = (change: Record<string, unknown>): Uint8Array =>
  changedDelta((d) => Object.assign(d.removed as object, change))

describe('a hostile change of a report that is held gets an answer that names its fault', () => {
  const digits = Array.from({ length: 1_000_000 }, (_, i) => String(i))

  it.each<[string, () => Uint8Array, number, string, string?]>([
    [
      'of a report that never was',
      () => changedDelta((d) => Object.assign(d.envelope as object, { base: 9e9 })),
      409,
      'need_full',
      'envelope.base',
    ],
    [
      'of report 0',
      () => changedDelta((d) => Object.assign(d.envelope as object, { base: 0 })),
      400,
      'invalid_field',
      'envelope.base',
    ],
    [
      'of half a report',
      () => changedDelta((d) => Object.assign(d.envelope as object, { base: 1.5 })),
      400,
      'invalid_field',
      'envelope.base',
    ],
    [
      'of itself',
      () => changedDelta((d) => Object.assign(d.envelope as object, { base: attack.attacker.seq + 1 })),
      409,
      'need_full',
      'envelope.base',
    ],
    [
      'that does not say what is removed',
      () => changedDelta((d) => delete d.removed),
      400,
      'invalid_field',
      'removed',
    ],
    [
      'that is a whole report',
      () => attack.changed((r) => Object.assign(r.envelope as object, { base: attack.attacker.seq })),
      400,
      'invalid_field',
      'removed',
    ],
    ['with a field nobody knows', () => removing({ hosts: [] }), 400, 'invalid_field', 'removed.hosts'],
    ['that removes a number', () => removing({ nodes: [7] }), 400, 'invalid_field', 'removed.nodes[0]'],
    [
      'that removes what is not there',
      () => removing({ nodes: ['alpha;1'] }),
      400,
      'unknown_id',
      'removed.nodes[0]',
    ],
    [
      'that removes one twice',
      () => removing({ nodes: ['beta;1', 'beta;1'] }),
      400,
      'duplicate_id',
      'removed.nodes[1]',
    ],
    [
      'that removes a process that talks',
      () => removing({ nodes: ['beta;1'] }),
      400,
      'unknown_node',
      'connections[0].client',
    ],
    [
      'that changes and removes one',
      () =>
        changedDelta((d) =>
          Object.assign(d, {
            nodes: [processNode('beta', 1)],
            removed: { ...(d.removed as object), nodes: ['beta;1'] },
          }),
        ),
      400,
      'duplicate_id',
      'removed.nodes[0]',
    ],
    ['that removes a million', () => gzipSync(removing({ nodes: digits })), 413, 'too_many', 'removed.nodes'],
    [
      'that adds a million',
      () => gzipSync(changedDelta((d) => Object.assign(d, { nodes: digits.map((id) => ({ id })) }))),
      413,
      'too_many',
      'nodes',
    ],
    [
      'that grows beyond what a report may be',
      () =>
        changedDelta((d) =>
          Object.assign(d, {
            nodes: Array.from({ length: defaultLimits.nodes }, (_, i) => processNode('beta', 10 + i)),
          }),
        ),
      413,
      'too_many',
      'nodes',
    ],
    [
      'that connects strangers',
      () => changedDelta((d) => Object.assign(d, { connections: [pair('alpha;1', 'alpha;2', 80)] })),
      400,
      'unknown_node',
      'connections[0].client',
    ],
    [
      'that measures a stranger',
      () => changedDelta((d) => Object.assign(d, { metrics: [{ node: 'alpha;1', id: 'x', samples: [] }] })),
      400,
      'unknown_node',
      'metrics[0].node',
    ],
    [
      'with the host of another',
      () => changedDelta((d) => Object.assign(d, { host: valid('alpha').host })),
      409,
      'host_taken',
      'host.id',
    ],
    [
      'with a clock that goes back',
      () => changedDelta((d) => Object.assign(d.envelope as object, { uptimeMs: 1 })),
      409,
      'clock_went_back',
      'envelope.uptimeMs',
    ],
  ])('%s', async (_name, make, status, code, field) => {
    expect((await attack.attacker.post(valid('beta'))).status).toBe(200)
    const body = make()
    const answer = await attack.send(body, body[0] === 0x1f ? {} : plain)
    expect(answer.body.error).toMatchObject({ code, ...(field === undefined ? {} : { field }) })
    expect(answer.status).toBe(status)
  })

  it('but one without a fault is taken', async () => {
    await attack.attacker.post(valid('beta'))
    expect(
      await attack.send(
        changedDelta(() => {}),
        plain,
      ),
    ).toMatchObject({ status: 200 })
    const again = changedDelta((d) =>
      Object.assign(d.envelope as object, { seq: attack.attacker.seq, base: attack.attacker.seq - 1 }),
    )
    expect(await attack.attacker.postBody(again, plain)).toMatchObject({
      status: 409,
      body: { error: { code: 'stale_seq' } },
    })
  })
})

it('takes damaged changes without a crash or a 5xx', async () => {
  const edit = fc.record({ at: fc.nat(2000), drop: fc.nat(8), insert: fc.uint8Array({ maxLength: 8 }) })
  await attack.attacker.post(valid('beta'))
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
      let body = changedDelta(() => {})
      for (const { at, drop, insert } of edits) {
        const start = at % body.length
        body = Buffer.concat([body.subarray(0, start), insert, body.subarray(start + drop)])
      }
      attack.attacker.seq += 1
      expect((await attack.attacker.postBody(body, plain)).status).toBeLessThan(500)
    }),
    { numRuns: 150 },
  )
  expect(attack.app.logged.filter((line) => line.includes('a request failed'))).toEqual([])
})
