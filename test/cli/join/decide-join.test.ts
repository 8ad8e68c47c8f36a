import { expect, it } from 'vitest'
import { type BeforeJoin, decideJoin } from '../../../src/cli/join/decide-join.ts'

const [ours, theirs] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
const [app, otherApp] = ['A'.repeat(43), `${'A'.repeat(42)}E`]
const token = { clusterKey: theirs, appKey: app }
const known = (key: string) => [{ key, since: '2026-05-01' }]
const before = (clusterKey: Buffer | undefined, apps: BeforeJoin['apps'], isKeyInUse = true): BeforeJoin => ({
  clusterKey,
  apps,
  isKeyInUse,
})

const fresh = before(undefined, new Map([['one:4040', []]]))
const member = before(theirs, new Map([['one:4040', known(app)]]))
const stranger = before(ours, new Map([['one:4040', []]]))
const seen = before(ours, new Map([['one:4040', []]]), false)
const renewed = before(theirs, new Map([['one:4040', known(otherApp)]]))
const half = before(
  theirs,
  new Map([
    ['one:4040', known(app)],
    ['10.0.0.1:4040', []],
  ]),
)

it.each<[string, BeforeJoin, boolean, object]>([
  ['a new machine', fresh, false, { kind: 'join', clusterKey: 'make', pins: ['one:4040'] }],
  ['one that has joined', member, false, { kind: 'join', clusterKey: 'keep', pins: [] }],
  ['one that has joined, again', member, true, { kind: 'join', clusterKey: 'keep', pins: [] }],
  [
    'one that knows the app by one of two names',
    half,
    false,
    { clusterKey: 'keep', pins: ['10.0.0.1:4040'] },
  ],
  [
    'one of another cluster',
    stranger,
    false,
    { reason: expect.stringMatching(/another cluster key .*Nothing was changed.*--join-replace/) },
  ],
  ['one that was only seen until now', seen, false, { clusterKey: 'replace', pins: ['one:4040'] }],
  ['one of another cluster, when asked to', stranger, true, { clusterKey: 'replace', pins: ['one:4040'] }],
  [
    'one that knows another app there',
    renewed,
    false,
    { reason: expect.stringContaining(`known at one:4040 since 2026-05-01, with the key ${otherApp}`) },
  ],
  [
    'one that knows another app there, when asked to',
    renewed,
    true,
    { clusterKey: 'keep', pins: ['one:4040'] },
  ],
])('%s', (_what, machine, replace, decision) => {
  const kind = 'reason' in decision ? 'refused' : 'join'
  expect(decideJoin(token, machine, replace)).toMatchObject({ kind, ...decision })
})

it('tells no secret when it refuses', () => {
  expect(JSON.stringify(decideJoin(token, stranger, false))).not.toContain(theirs.toString('base64url'))
})
