import { settings } from '../settings.ts'
import { arrange } from './arrange.ts'
import type { LayoutAnswer, LayoutRequest } from './protocol.ts'

const scope = self as unknown as {
  onmessage: (event: MessageEvent<LayoutRequest>) => void
  postMessage(answer: LayoutAnswer, transfer: Transferable[]): void
}

const answer = async (data: LayoutRequest) => {
  const isLayered =
    data.kind === 'layered' && data.nodes.length + data.edges.length <= settings.layout.layered.sizeMost
  const layered = isLayered ? (await import('./ways/layered.ts')).arrangeLayered : undefined
  const points = arrange(data, settings.layout, layered)
  const places = new Float64Array(points.length * 2)
  points.forEach((point, index) => {
    places[index * 2] = point.x
    places[index * 2 + 1] = point.y
  })
  scope.postMessage({ job: data.job, places }, [places.buffer])
}

// What is thrown here the page hears of as an error of its worker.
scope.onmessage = ({ data }) => void answer(data).catch((error) => reportError(error))
