import { expect, it } from 'vitest'
import { defaultPushLimits } from '../../../src/app/push/push.ts'
import { settings } from '../../../web/settings.ts'

it('leaves the page time for a second sign of life before it gives a stream up, which it does within 10 s', () => {
  const { tickMs, ticksWithoutWord } = settings.data
  const givenUpMs = tickMs * ticksWithoutWord.live
  expect(givenUpMs).toBeLessThanOrEqual(10_000)
  expect(givenUpMs).toBeGreaterThanOrEqual(2 * defaultPushLimits.heartbeatMs)
})
