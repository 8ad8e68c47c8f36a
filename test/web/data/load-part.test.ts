import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type * as LoadPart from '../../../web/data/load-part.ts'
import { settings } from '../../../web/settings.ts'
import { stubBrowser } from '../support/browser-globals.ts'

const { partPausesMs, partPauseLeastMs, partPauseMostMs } = settings.data
const OWN = './assets/index-own.js'

/** A part that does not come so many times. */
const createPart = (failures: number) => {
  let tries = 0
  return {
    tries: () => tries,
    load: async () => {
      if (++tries <= failures) throw new Error('given up')
      return 'the part'
    },
  }
}

/** What the app says of its page, the last one time and again: text, or nothing. */
const answerWith = (...answers: (string | undefined)[]): void => {
  vi.stubGlobal('fetch', async () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    if (answer === undefined) throw new TypeError('Failed to fetch')
    return { ok: true, text: async () => answer }
  })
}

describe('a part of the page', () => {
  /** What the window was told: of a missing part whether there is another build, else that all are there. */
  let told: unknown[]
  let loadPart: typeof LoadPart.loadPart

  beforeEach(async () => {
    // It knows how many parts are missing.
    vi.resetModules()
    const { PART_MISSING, PARTS_THERE, ...rest } = await import('../../../web/data/load-part.ts')
    loadPart = rest.loadPart
    vi.useFakeTimers()
    stubBrowser('http://localhost/')
    Object.assign(document, {
      head: { querySelectorAll: () => [] },
      querySelector: () => ({ getAttribute: () => OWN }),
    })
    answerWith(OWN)
    told = []
    window.addEventListener(PART_MISSING, (event) =>
      told.push((event as CustomEvent<LoadPart.MissingFacts>).detail.isReplaced),
    )
    window.addEventListener(PARTS_THERE, () => told.push('all there'))
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  const untilTold = async () => {
    for (const pauseMs of [0, ...partPausesMs]) await vi.advanceTimersByTimeAsync(pauseMs)
  }

  it('comes after some tries, and nothing is told', async () => {
    const part = createPart(partPausesMs.length)
    const loading = loadPart(part.load)
    await untilTold()
    expect(await loading).toBe('the part')
    expect(told).toEqual([])
  })

  it('is told to be missing once that did not help, and comes all the same, however late', async () => {
    const part = createPart(partPausesMs.length + 8)
    const loading = loadPart(part.load)
    await untilTold()
    expect(told).toEqual([false])
    await vi.advanceTimersByTimeAsync(7 * partPauseMostMs)
    expect(part.tries()).toBeGreaterThan(partPausesMs.length + 6)
    expect(part.tries()).toBeLessThan(partPausesMs.length + 12)
    await vi.advanceTimersByTimeAsync(8 * partPauseMostMs)
    expect(await loading).toBe('the part')
    expect(told.at(-1)).toBe('all there')
    expect(told.filter((one) => one === 'all there')).toHaveLength(1)
  })

  it.each(['online', 'keydown', 'pointerdown'])(
    'that is missing is tried again soon at %s',
    async (occasion) => {
      const part = createPart(partPausesMs.length + 1)
      const loading = loadPart(part.load)
      await untilTold()
      await vi.advanceTimersByTimeAsync(partPauseLeastMs)
      expect(part.tries()).toBe(partPausesMs.length + 1)
      window.dispatchEvent(new Event(occasion))
      await vi.advanceTimersByTimeAsync(0)
      expect(part.tries()).toBe(partPausesMs.length + 2)
      expect(await loading).toBe('the part')
    },
  )

  it('is missing until the last that is missing has come', async () => {
    const [first, second] = [createPart(partPausesMs.length + 1), createPart(partPausesMs.length + 2)]
    const loading = [loadPart(first.load), loadPart(second.load)]
    await untilTold()
    await vi.advanceTimersByTimeAsync(partPauseMostMs)
    await loading[0]
    await vi.advanceTimersByTimeAsync(partPauseMostMs)
    await loading[1]
    expect(told).toEqual([false, false, false, 'all there'])
  })

  it('is told to be of another build when one answer says so', async () => {
    answerWith('./assets/index-newer.js', undefined)
    void loadPart(createPart(1).load)
    await vi.advanceTimersByTimeAsync(0)
    expect(told).toEqual([true])
  })

  it('is told to be of another build although the first question is given up', async () => {
    answerWith(undefined, './assets/index-newer.js')
    void loadPart(createPart(1).load)
    await vi.advanceTimersByTimeAsync(0)
    expect(told).toEqual([true])
  })

  it('is told as missing without an answer, too, and then as what an answer says', async () => {
    answerWith(...partPausesMs.flatMap(() => [undefined, undefined]), undefined, undefined, OWN)
    void loadPart(createPart(100).load)
    await untilTold()
    expect(told).toEqual([undefined])
    await vi.advanceTimersByTimeAsync(partPauseMostMs)
    expect(told).toContain(false)
  })
})
