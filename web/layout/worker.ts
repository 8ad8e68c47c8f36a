import { settings } from '../settings.ts'
import { arrange } from './arrange.ts'
import type { LayoutAnswer, LayoutRequest } from './protocol.ts'

const scope = self as unknown as {
  onmessage: (event: MessageEvent<LayoutRequest>) => void
  postMessage(answer: LayoutAnswer, transfer: Transferable[]): void
}

scope.onmessage = ({ data }) => {
  const points = arrange(data, settings.layout)
  const places = new Float64Array(points.length * 2)
  points.forEach((point, index) => {
    places[index * 2] = point.x
    places[index * 2 + 1] = point.y
  })
  scope.postMessage({ job: data.job, places }, [places.buffer])
}
