import type { ByteStream } from '../../../channel/stream.ts'
import { joinPipe } from '../../../pipe/join.ts'
import type { AppClient } from '../app/client.ts'

/** Longer is not possible: the app ends a pipe at which nobody looks. */
const PATIENCE_MS = 60_000

/** What is told while a session goes on. */
export interface SessionNews {
  /** @param text one line for people */
  onLost(text: string): void
  onBack(): void
}

/** Joins a pipe of an app; the connection is made anew when it is lost. */
export const openStream = (
  app: Pick<AppClient, 'openPipe'>,
  pipe: string,
  { onLost, onBack }: SessionNews,
): { readonly stream: ByteStream; isLost(): boolean } => {
  const stream = joinPipe({
    connect: (query) => app.openPipe(pipe, query),
    patienceMs: PATIENCE_MS,
    onLost: (reason) =>
      onLost(
        `the connection to the app is lost (${reason}); trying again for ${PATIENCE_MS / 1000} s, Ctrl+C gives up`,
      ),
    onBack,
  })
  return { stream, isLost: () => stream.isLost }
}
