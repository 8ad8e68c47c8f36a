import { expect, it } from 'vitest'
import { type HealthFacts, judgeHealth } from '../../../src/cli/status/health.ts'
import type { PublishStatus } from '../../../src/probe/publish/publish-status.ts'

const nowMs = 1_000_000_000
const refused: PublishStatus[] = [
  { url: 'http://a:4040', state: 'refused', reason: 'key_in_use: another probe', address: '10.0.0.1' },
  { url: 'http://b:4040', state: 'ok', reason: '' },
]
const away: PublishStatus = { url: 'http://a:4040', state: 'away', reason: 'no answer' }
const ok: PublishStatus = { url: 'http://b:4040', state: 'ok', reason: '' }
const at = (ms: number) => new Date(ms).toISOString()
/** A probe that wrote just now how it stands with these apps. */
const probeOf = (launchedMs: number, ...apps: PublishStatus[]): HealthFacts => ({
  probe: { launchedMs, writtenMs: nowMs, apps },
})

it.each<[string, HealthFacts, RegExp, RegExp]>([
  ['nothing', {}, /^$/, /^$/],
  ['an app that answers', { app: { launchedMs: 0, silence: '' } }, /^$/, /^$/],
  ['an app that does not', { app: { launchedMs: 0, silence: 'refused' } }, /does not answer: refused/, /^$/],
  ['an app that starts', { app: { launchedMs: nowMs - 5000, silence: undefined } }, /^$/, /^$/],
  [
    'an app that never spoke',
    { app: { launchedMs: 0, silence: undefined } },
    /has not said within 30 s/,
    /^$/,
  ],
  ['a probe that spoke', { probe: { launchedMs: 0, writtenMs: nowMs - 12_000, apps: [ok] } }, /^$/, /^$/],
  [
    'a probe that starts',
    { probe: { launchedMs: nowMs - 9000, writtenMs: undefined, apps: [] } },
    /^$/,
    /^$/,
  ],
  [
    'a probe that hangs',
    { probe: { launchedMs: 0, writtenMs: nowMs - 60_000, apps: [] } },
    /^$/,
    /nothing for 1 min: it hangs/,
  ],
  [
    'a probe that is refused',
    { probe: { launchedMs: 0, writtenMs: nowMs, apps: refused } },
    /^$/,
    /^it cannot report to http:\/\/a:4040 \(10\.0\.0\.1\): key_in_use: another probe$/,
  ],
  ['a probe of whose apps one is away', probeOf(0, away, ok), /^$/, /^$/],
  ['a probe that was just launched', probeOf(nowMs - 5000, away), /^$/, /^$/],
  [
    'a probe whose only app has just gone',
    probeOf(0, { ...away, lastSuccessAt: at(nowMs - 20_000) }),
    /^$/,
    /^$/,
  ],
  [
    'a probe whose only app has been away for long',
    probeOf(0, { ...away, lastSuccessAt: at(nowMs - 120_000) }),
    /^$/,
    /^no app has taken its reports for 2 min$/,
  ],
  [
    'a probe of whose apps none was ever reached',
    probeOf(nowMs - 60_000, away, { url: 'http://c:4040', state: 'unresolved', reason: 'no address' }),
    /^$/,
    /^no app has taken its reports for 1 min$/,
  ],
])('the health of %s', (_name, facts, app, probe) => {
  const health = judgeHealth(facts, nowMs)
  expect(health.app).toMatch(app)
  expect(health.probe).toMatch(probe)
})
