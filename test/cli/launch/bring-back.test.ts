import { describe, expect, it } from 'vitest'
import { bringsBack } from '../../../src/cli/launch/bring-back.ts'
import { mendable } from '../../../src/cli/launch/mendable.ts'
import { parseOptions } from '../../../src/cli/options/parse-options.ts'
import type { PartStates } from '../../../src/cli/parts/parts.ts'
import type { PartPlan, Plan } from '../../../src/cli/supervisor/plan.ts'

const record = { pid: 7, startTicks: 1, bootId: 'b', launchedAt: '2026-01-02T14:00:00Z' }
const running = { state: 'running', record, status: undefined, supervision: undefined } as const
const dead = { ...running, state: 'dead' } as const
const stopped = { ...running, state: 'stopped', record: undefined } as const
const part: PartPlan = { args: [], env: {} }
const both: Plan = { app: part, probe: part }
const allDead: PartStates = { supervisor: dead, app: dead, probe: dead }
const inContainer = { ...record, stays: true } as const

describe('what has died is brought back', () => {
  it.each<[string, string[], Plan, PartStates, boolean]>([
    ['all of it', [], both, allDead, true],
    ['the app', [], both, { supervisor: running, app: dead, probe: running }, true],
    ['the supervisor', [], both, { supervisor: dead, app: running, probe: running }, true],
    ['natively', ['--native'], both, allDead, true],
    ['with the user of the image, as planned', ['--app.user=nobody'], asNobody(), allDead, true],
    ['with the user of the image, of a probe alone', ['--app.user=nobody'], { probe: part }, allDead, true],
    ['not with another user', ['--app.user=nobody'], both, allDead, false],
    ['not with options', ['--no-ebpf'], both, allDead, false],
    ['not with a choice of parts', ['--probe-only'], both, allDead, false],
    ['not with an app', ['one'], both, allDead, false],
    ['not where all runs', [], both, { supervisor: running, app: running, probe: running }, false],
    [
      'not where a part was never asked for',
      [],
      { probe: part },
      { supervisor: running, app: stopped, probe: running },
      false,
    ],
    ['not what was stopped', [], both, { supervisor: stopped, app: stopped, probe: stopped }, false],
    ['not what nobody planned', [], {}, allDead, false],
    [
      'not of a container that is gone',
      [],
      both,
      { ...allDead, supervisor: { state: 'dead', record: inContainer } },
      false,
    ],
    [
      'of a container that runs',
      [],
      both,
      { ...allDead, supervisor: { state: 'running', record: inContainer } },
      true,
    ],
  ])('%s', (_, args, plan, states, expected) => {
    expect(bringsBack(parseOptions('launch', args, {}), plan, states)).toBe(expected)
  })

  it('only where it died', () => {
    expect(mendable(both, { ...allDead, app: running })).toEqual(['probe'])
    expect(mendable({ app: part }, allDead)).toEqual(['app'])
    expect(mendable(both, { ...allDead, supervisor: { state: 'dead', record: inContainer } })).toEqual([])
  })
})

function asNobody(): Plan {
  const user = parseOptions('launch', ['--app.user=nobody'], {}).options.appUser
  return user === undefined ? {} : { app: { ...part, user }, probe: part }
}
