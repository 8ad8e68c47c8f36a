import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLayoutClient } from '../../../web/layout/client.ts'
import type { LayoutAnswer, LayoutRequest } from '../../../web/layout/protocol.ts'
import { settings } from '../../../web/settings.ts'

const PAUSES = settings.data.partPausesMs
const request: Omit<LayoutRequest, 'job'> = {
  nodes: [{ id: 'web', r: 20, halfWidth: 40, below: 60 }],
  edges: [],
  aspect: 1,
}

/** What a browser has: a worker that is told what it is to do, and whose script comes or does not. */
class StandInWorker {
  onmessage: Worker['onmessage'] = null
  onerror: Worker['onerror'] = null
  readonly asked: LayoutRequest[] = []
  postMessage(asked: LayoutRequest): void {
    this.asked.push(asked)
  }
  terminate(): void {}
  answer(x: number, y: number, lacking?: string): void {
    const job = this.asked.at(-1)?.job ?? 0
    const data: LayoutAnswer = { job, places: new Float64Array([x, y]), ...(lacking && { lacking }) }
    this.onmessage?.call(this as unknown as Worker, { data } as MessageEvent)
  }
  /** Without words, its script did not come. @returns whether it is one of whoever started it, too */
  fail(message?: string): boolean {
    const event = Object.assign(new Event('error', { cancelable: true }), { message })
    this.onerror?.call(this as unknown as Worker, event as unknown as ErrorEvent)
    return !event.defaultPrevented
  }
}

let workers: StandInWorker[] = []

describe('the layout of a page', () => {
  const failures: (string | undefined)[] = []
  beforeEach(() => {
    workers = []
    failures.length = 0
    vi.useFakeTimers()
  })
  afterEach(() => void vi.useRealTimers())
  const client = () =>
    createLayoutClient(
      (words) => void failures.push(words),
      () => {
        const worker = new StandInWorker()
        workers.push(worker)
        return worker
      },
    )

  it('is what its worker answers', () => {
    const done = vi.fn()
    client().arrange(request, done)
    workers[0]?.answer(3, 4)
    expect(done).toHaveBeenCalledWith(new Map([['web', { x: 3, y: 4 }]]))
  })

  it('comes all the same when the script of the worker could not be loaded at first', () => {
    const done = vi.fn()
    client().arrange(request, done)
    workers[0]?.fail()
    vi.advanceTimersByTime(PAUSES[0])
    workers[1]?.answer(3, 4)
    expect(done).toHaveBeenCalledWith(new Map([['web', { x: 3, y: 4 }]]))
    expect(failures).toEqual([])
  })

  it('is given up when the script cannot be loaded time and again, and that is said once', () => {
    client().arrange(request, () => {})
    for (const pauseMs of [...PAUSES, 0]) {
      workers.at(-1)?.fail()
      vi.advanceTimersByTime(pauseMs)
    }
    expect(workers).toHaveLength(1 + PAUSES.length)
    expect(failures).toEqual([expect.stringContaining('its script did not load')])
  })

  it('is given up at once when the script itself fails', () => {
    client().arrange(request, () => {})
    workers[0]?.fail('no places left')
    vi.runAllTimers()
    expect(workers).toHaveLength(1)
    expect(failures).toEqual([expect.stringContaining('no places left')])
  })

  it('comes from another worker after one that failed, of which is told until then', () => {
    const layout = client()
    const [first, second, failed] = [vi.fn(), vi.fn(), vi.fn()]
    layout.arrange(request, first, failed)
    expect(workers[0]?.fail('no places left')).toBe(false)
    expect(failed).toHaveBeenCalledOnce()
    layout.arrange(request, second, failed)
    expect(workers[1]?.asked).toHaveLength(1)
    workers[1]?.answer(3, 4)
    expect(second).toHaveBeenCalledOnce()
    expect(first).not.toHaveBeenCalled()
    expect(failed).toHaveBeenCalledOnce()
    expect(failures).toEqual([expect.stringContaining('no places left'), undefined])
  })

  it('comes from another worker for what waited while one failed', () => {
    const layout = client()
    const [first, second] = [vi.fn(), vi.fn()]
    layout.arrange(request, vi.fn(), first)
    layout.arrange(request, second)
    workers[0]?.fail('no places left')
    workers[1]?.answer(3, 4)
    expect(second).toHaveBeenCalledOnce()
    expect(first).not.toHaveBeenCalled()
  })

  it('comes when the script can be loaded after it was given up', () => {
    const layout = client()
    layout.arrange(request, vi.fn())
    for (const pauseMs of [...PAUSES, 0]) {
      workers.at(-1)?.fail()
      vi.advanceTimersByTime(pauseMs)
    }
    const done = vi.fn()
    layout.arrange(request, done)
    workers.at(-1)?.fail()
    vi.advanceTimersByTime(PAUSES[0])
    workers.at(-1)?.answer(3, 4)
    expect(done).toHaveBeenCalledOnce()
  })

  it('tells what its worker lacks, while it does', () => {
    const layout = client()
    for (const lacking of ['no layers', 'no layers', undefined]) {
      layout.arrange(request, () => {})
      workers[0]?.answer(3, 4, lacking)
    }
    expect(failures).toEqual(['no layers', undefined])
  })

  it('is not begun again once it was stopped', () => {
    const layout = client()
    workers[0]?.fail()
    layout.stop()
    vi.runAllTimers()
    expect(workers).toHaveLength(1)
  })
})
