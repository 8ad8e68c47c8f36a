import { expect, it } from 'vitest'
import { soak } from '../../../tools/soak/soak.ts'
import { describeWith } from '../../support/machine/requirements.ts'

describeWith(['root', 'ebpf', 'hosts'], 'a short soak', () => {
  it('ends with both apps showing what is so, and neither has shown what never was', async () => {
    const said: string[] = []
    const say = (line: string) => void said.push(line)
    try {
      const { steps, falseClaims } = await soak({
        churnMs: 30_000,
        roundMs: 15_000,
        seed: 'a short soak',
        say,
      })
      expect(falseClaims).toEqual([])
      expect(steps).toBeGreaterThan(5)
    } catch (cause) {
      throw new Error(`after these steps:\n${said.join('\n')}`, { cause })
    }
  }, 480_000)
})
