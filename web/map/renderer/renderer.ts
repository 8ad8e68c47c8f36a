import type { MapCommand, MapNews } from './protocol.ts'

/** Lays out and draws the map, in this thread or in another. It takes commands in their order. */
export interface Renderer {
  tell(command: MapCommand): void
  stop(): void
}

/** Gets what a renderer tells, in its order. */
export type Listener = (news: MapNews) => void
