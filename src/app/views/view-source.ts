import type { ViewDiff } from '../../api/types.ts'
import { diffViews } from '../../topology/diff.ts'
import { equalValues } from '../../topology/equal.ts'
import type { ViewOptions } from '../../topology/views.ts'
import type { ChannelSource } from '../push/channel.ts'
import { encodeDiff, encodeReset, type ShownView } from './encode.ts'
import type { Renders, ViewFilter } from './renders.ts'

/** The source of a channel that sends a view. */
export const viewSource = (
  renders: Renders,
  viewId: string,
  options: ViewOptions,
  filter?: ViewFilter,
): ChannelSource<ShownView> => ({
  current: () => renders.get(viewId, options, filter).view,
  ...viewFrames,
})

const nothing: ViewDiff = {
  add: null,
  update: null,
  remove: null,
  edges: { add: null, update: null, remove: null },
}

/** Encodes views as frames. */
export const viewFrames: Omit<ChannelSource<ShownView>, 'current'> = {
  encodeReset,
  emptyFrame: encodeDiff(nothing),
  encodeChange: (before, now) => {
    const diff = diffViews(before, now)
    if (now.query === undefined || equalValues(before.query, now.query)) return diff && encodeDiff(diff)
    return encodeDiff({ ...(diff ?? nothing), query: now.query })
  },
}
