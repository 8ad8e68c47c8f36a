import type { ViewDiff } from '../../api/types.ts'
import { diffViews } from '../../topology/diff.ts'
import { equalValues } from '../../topology/equal.ts'
import type { ChannelSource } from '../push/channel.ts'
import { encodeDiff, encodeReset, type ShownView } from './encode.ts'

/** The source of a channel that sends a view as `ViewDiff`s. */
export const viewSource = (current: () => ShownView): ChannelSource<ShownView> => ({ current, ...viewFrames })

const nothing: ViewDiff = {
  add: null,
  update: null,
  remove: null,
  edges: { add: null, update: null, remove: null },
}

/** Encodes views as frames. */
export const viewFrames: Omit<ChannelSource<ShownView>, 'current'> = {
  encodeReset,
  encodeEmpty: () => encodeDiff(nothing),
  encodeChange: (before, now) => {
    const diff = diffViews(before, now)
    if (now.query === undefined || equalValues(before.query, now.query)) return diff && encodeDiff(diff)
    return encodeDiff({ ...(diff ?? nothing), query: now.query })
  },
}
