import { expect, it } from 'vitest'
import { soakSimulation } from '../../../tools/soak/simulated/soak-simulation.ts'

it('shows each view as the reports of its hosts alone give it, after a minute in which hosts, containers and connections came and went', async () => {
  const { looks, wrong } = await soakSimulation({
    ...{ hosts: 20, churnMs: 60_000, roundMs: 15_000 },
    ...{ seed: 'a short soak', say: () => {} },
  })
  expect(wrong).toEqual([])
  expect(looks).toBeGreaterThan(30)
}, 480_000)
