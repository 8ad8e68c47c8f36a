import { retry } from '../data/retry.ts'
import { settings } from '../settings.ts'
import { arrange } from './arrange.ts'
import type { WayToLayOut } from './block.ts'
import type { LayoutAnswer, LayoutRequest } from './protocol.ts'

const scope = self as unknown as {
  onmessage: (event: MessageEvent<LayoutRequest>) => void
  postMessage(answer: LayoutAnswer, transfer: Transferable[]): void
}

/** How long it waits before each further try of what is loaded when it is needed. Once that did not help, it is tried once for each layout. */
let pausesMs: readonly number[] = settings.data.partPausesMs

const loadLayered = async (): Promise<WayToLayOut | undefined> => {
  try {
    const { arrangeLayered } = await retry(() => import('./ways/layered.ts'), { pausesMs })
    pausesMs = settings.data.partPausesMs
    return arrangeLayered
  } catch {
    pausesMs = []
    return undefined
  }
}

const answer = async (data: LayoutRequest) => {
  const isLayered =
    data.kind === 'layered' && data.nodes.length + data.edges.length <= settings.layout.layered.sizeMost
  const layered = isLayered ? await loadLayered() : undefined
  const points = arrange(data, settings.layout, layered)
  const places = new Float64Array(points.length * 2)
  points.forEach((point, index) => {
    places[index * 2] = point.x
    places[index * 2 + 1] = point.y
  })
  const lacking =
    isLayered && !layered
      ? 'What lays out the map in layers did not load, so it is laid out as flow.'
      : undefined
  scope.postMessage({ job: data.job, places, ...(lacking && { lacking }) }, [places.buffer])
}

// What is thrown here the page hears of as an error of its worker.
scope.onmessage = ({ data }) => void answer(data).catch((error) => reportError(error))
