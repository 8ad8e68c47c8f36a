import type { NodeSummary } from '../../../api/types.ts'
import type { UndatedEdge } from '../../view/view-edge.ts'
import { textReader } from './node-values.ts'

type Read<Value> = (edge: UndatedEdge) => readonly Value[]

const milliseconds = (us: number | undefined): readonly number[] => (us === undefined ? [] : [us / 1000])

const numbers: ReadonlyMap<string, Read<number>> = new Map(
  Object.entries<Read<number>>({
    port: ({ ports }) => ports,
    open: ({ open }) => [open],
    opened: ({ opened }) => [opened],
    closed: ({ closed }) => [closed],
    failed: ({ failed }) => [failed],
    refused: ({ failedBy }) => [failedBy?.refused ?? 0],
    timedout: ({ failedBy }) => [failedBy?.timedOut ?? 0],
    unreachable: ({ failedBy }) => [failedBy?.unreachable ?? 0],
    outofports: ({ failedBy }) => [failedBy?.outOfPorts ?? 0],
    abandoned: ({ abandoned }) => [abandoned],
    reset: ({ reset }) => [reset],
    lost: ({ lost }) => [lost],
    retransmits: ({ retransmits }) => [retransmits],
    sent: ({ bytesSent }) => [bytesSent],
    received: ({ bytesReceived }) => [bytesReceived],
    bytes: ({ bytesSent, bytesReceived }) => [bytesSent + bytesReceived],
    rate: (edge) => [edge.bytesSentPerSecond + edge.bytesReceivedPerSecond],
    rtt: ({ rttUs }) => milliseconds(rttUs),
    srtt: ({ smoothedRttUs }) => milliseconds(smoothedRttUs),
    duration: ({ duration }) => milliseconds(duration?.p95Us),
    connect: ({ connectTime }) => milliseconds(connectTime?.p95Us),
  }),
)

/** Returns a reader of a field's number from an edge, in base units; undefined when edges do not have the field. */
export const edgeNumberReader = (field: string): Read<number> | undefined => numbers.get(field)

const container = textReader('container')
const image = textReader('image')
const addresses = textReader('ip')

/** Names that `to:` and `from:` match: those of the node itself, its container, its image and its address. */
export const namesOfEnd = (node: NodeSummary): readonly string[] => [
  node.label,
  ...container(node),
  ...image(node),
  ...(node.pseudo ? addresses(node) : []),
]
