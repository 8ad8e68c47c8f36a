import { expect, it } from 'vitest'
import { growthOf, mostGrowth } from '../../../tools/soak/simulated/heap/level.ts'
import { soakSimulation } from '../../../tools/soak/simulated/soak-simulation.ts'

const CHURN_MS = 60_000

it('shows in each view what is so and nothing else, and holds no more and more, in a minute in which hosts, containers and connections come and go', async () => {
  const { looks, wrong, held } = await soakSimulation({
    ...{ hosts: 20, churnMs: CHURN_MS, roundMs: 15_000 },
    ...{ seed: 'a short soak', say: () => {} },
  })
  expect(wrong).toEqual([])
  expect(looks).toBeGreaterThan(50)
  expect(growthOf(held)?.share, JSON.stringify(held)).toBeLessThan(mostGrowth(CHURN_MS))
}, 480_000)
