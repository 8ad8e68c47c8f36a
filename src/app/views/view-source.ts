import { diffViews } from '../../topology/diff.ts'
import type { View } from '../../topology/render.ts'
import type { ViewOptions } from '../../topology/views.ts'
import type { ChannelSource } from '../push/channel.ts'
import { encodeDiff, encodeReset } from './encode.ts'
import type { Renders } from './renders.ts'

/** A view with options, for sockets that watch it. */
export const viewSource = (renders: Renders, viewId: string, options: ViewOptions): ChannelSource<View> => ({
  current: () => renders.get(viewId, options).view,
  ...viewFrames,
})

/** How views become frames. */
export const viewFrames: Omit<ChannelSource<View>, 'current'> = {
  encodeReset,
  encodeChange: (before, now) => {
    const diff = diffViews(before, now)
    return diff && encodeDiff(diff)
  },
}
