import { expect, it } from 'vitest'
import { type HealthFacts, judgeHealth } from '../../../src/cli/status/health.ts'

const nowMs = 1_000_000
const refused = [{ url: 'http://a:4040', reason: 'key_in_use: another probe' }]

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
  ['a probe that spoke', { probe: { launchedMs: 0, writtenMs: nowMs - 12_000, refusals: [] } }, /^$/, /^$/],
  [
    'a probe that starts',
    { probe: { launchedMs: nowMs - 9000, writtenMs: undefined, refusals: [] } },
    /^$/,
    /^$/,
  ],
  [
    'a probe that hangs',
    { probe: { launchedMs: 0, writtenMs: nowMs - 60_000, refusals: [] } },
    /^$/,
    /nothing for 1 min: it hangs/,
  ],
  [
    'a probe that is refused',
    { probe: { launchedMs: 0, writtenMs: nowMs, refusals: refused } },
    /^$/,
    /cannot report to http:\/\/a:4040: key_in_use/,
  ],
])('the health of %s', (_name, facts, app, probe) => {
  const health = judgeHealth(facts, nowMs)
  expect(health.app).toMatch(app)
  expect(health.probe).toMatch(probe)
})
