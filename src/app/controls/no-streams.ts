import { ChannelError } from '../channel/channel-error.ts'
import type { ProbeChannels } from '../channel/probe-channels.ts'
import { ApiError } from '../http/api-error.ts'
import type { Pipes } from '../pipes/pipes.ts'
import type { ControlChannels } from './ask-probe.ts'

/** Channels that carry answers, and no streams. */
export const withoutStreams = (channels: ProbeChannels): ControlChannels => ({
  ask: (peer, request, schema, { signal }) =>
    Promise.race([
      channels.ask(peer, request, schema),
      new Promise<never>((_, reject) =>
        signal.addEventListener('abort', () => reject(new ChannelError('cancelled', 'it was given up'))),
      ),
    ]),
  open: () => Promise.reject(new ChannelError('no_streams', 'nothing can be opened yet')),
})

/** What holds no pipes. */
export const noPipes: Pick<Pipes, 'checkRoom' | 'hold' | 'resize'> = {
  checkRoom: () => {},
  hold: () => {
    throw new ApiError(503, 'too_many_pipes', 'there are no pipes yet')
  },
  resize: () => false,
}
