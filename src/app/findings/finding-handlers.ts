import type { FindingsDocument } from '../../api/types.ts'
import { sightOf } from '../access/sight.ts'
import type { Handlers } from '../http/handlers.ts'
import { answerDocument } from '../http/sending/answer-document.ts'
import type { SharedTexts } from '../http/sending/shared-texts.ts'
import { requireUpgrade } from '../http/sockets/require-upgrade.ts'
import type { ChannelSource } from '../push/channel.ts'
import { parsePauseMs } from '../push/pause.ts'
import type { Push } from '../push/push.ts'

/** What {@link findingHandlers} needs. */
export interface FindingHandlersOptions {
  /** What is not well now; the same object as long as nothing changes. */
  readonly current: () => FindingsDocument
  readonly push: Push
  readonly texts: SharedTexts
}

/** Handlers of `/api/findings` and `/api/findings/ws`. */
export const findingHandlers = ({
  current,
  push,
  texts,
}: FindingHandlersOptions): Pick<Handlers, 'findings' | 'findingsSocket'> => ({
  findings: (c) => answerDocument(c, texts.of(JSON.stringify(current()))),

  findingsSocket: (c) => {
    const pauseMs = parsePauseMs(c.req.valid('query').t)
    const source: ChannelSource<FindingsDocument> = {
      current,
      encodeEmpty: () => '{}',
      encodeReset: (document) => JSON.stringify({ ...document, reset: true }),
      encodeChange: (_, document) => JSON.stringify(document),
    }
    const upgrade = requireUpgrade(c)
    const { remoteAddress } = c.env.incoming.socket
    push.checkRoom(remoteAddress)
    const sight = sightOf(c.get('authentication').subject)
    upgrade.accept = (socket) =>
      push.attach(socket, remoteAddress, { what: 'findings', sight, source, pauseMs })
    return c.body(null, 204)
  },
})
