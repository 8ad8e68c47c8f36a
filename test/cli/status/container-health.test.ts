import { expect, it } from 'vitest'
import type { PartStates } from '../../../src/cli/parts/parts.ts'
import type { Part } from '../../../src/cli/parts/state-files.ts'
import { judgeContainer } from '../../../src/cli/status/container-health.ts'
import { judgeOwnHealth } from '../../../src/cli/status/health.ts'

type State = PartStates['app']['state']
const statesOf = (supervisor: State, app: State, probe: State): PartStates => ({
  supervisor: { state: supervisor, record: undefined },
  app: { state: app, record: undefined, status: undefined, supervision: undefined },
  probe: { state: probe, record: undefined, status: undefined, supervision: undefined },
})
const both: Part[] = ['app', 'probe']
const well = { app: '', probe: '' }

it.each<[string, Part[], PartStates, { app: string; probe: string }, boolean, string]>([
  ['both', both, statesOf('running', 'running', 'running'), well, true, 'app and probe run'],
  ['a probe alone', ['probe'], statesOf('running', 'stopped', 'running'), well, true, 'probe runs'],
  ['a launch', [], statesOf('running', 'running', 'stopped'), well, false, 'nothing was launched yet'],
  ['no supervisor', both, statesOf('dead', 'running', 'running'), well, false, 'the supervisor does not run'],
  ['a dead app', both, statesOf('running', 'dead', 'running'), well, false, 'the app does not run'],
  [
    'an app that hangs, and a dead probe',
    both,
    statesOf('running', 'running', 'dead'),
    { app: 'it does not answer: no answer', probe: '' },
    false,
    'the app: it does not answer: no answer; the probe does not run',
  ],
])('the health check of a container with %s', (_title, planned, states, health, healthy, words) => {
  expect(judgeContainer(planned, states, health)).toEqual({ healthy, words })
})

it('is not about apps elsewhere, but about a probe that hangs', () => {
  const nowMs = 1_000_000
  const refused = [{ url: 'http://a:4040', state: 'refused' as const, reason: 'key_in_use' }]
  const probe = { launchedMs: 0, writtenMs: nowMs, apps: refused }
  expect(judgeOwnHealth({ probe }, nowMs)).toEqual(well)
  expect(judgeOwnHealth({ probe: { ...probe, writtenMs: 0 } }, nowMs).probe).toMatch(/it hangs/)
})
