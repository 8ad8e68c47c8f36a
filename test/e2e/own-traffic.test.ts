import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { FindingsDocument } from '../../src/api/types.ts'
import { eventually } from '../support/eventually.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../support/scope/running-scope.ts'

/** For as long, whoever has just launched Scope looks at the map for the first time; what is not there is asked for twice by then. */
const FIRST_LOOK_MS = 10_000

describeWith(['ebpf'], 'a Scope that was just launched', () => {
  let scope: RunningScope
  beforeAll(async () => {
    scope = await startScope()
  })
  afterAll(async () => await scope?.stop())

  it('makes no connections that fail, so that nothing is found to be wrong but what was wrong before', async () => {
    const pids = [await scope.pidOf('app'), await scope.pidOf('probe')]
    const ofScope = async () => {
      const { nodes, edges } = await scope.view('processes')
      const own = Object.values(nodes ?? {}).filter(({ id }) => pids.some((pid) => id.endsWith(`;${pid}`)))
      const ids = new Set(own.map(({ id }) => id))
      return Object.values(edges ?? {}).filter(({ source }) => ids.has(source))
    }
    // The probe reports to the app.
    await eventually('the connection of the probe', async () =>
      (await ofScope()).some(({ open }) => open > 0),
    )
    await sleep(FIRST_LOOK_MS)
    expect((await ofScope()).filter(({ failed }) => failed > 0)).toEqual([])
    const { findings } = await scope.get<FindingsDocument>('/api/findings')
    const about = findings.flatMap(({ nodes }) => nodes.map(({ id }) => id))
    expect(about.filter((id) => pids.some((pid) => id.endsWith(`;${pid}`)))).toEqual([])
  })
})
