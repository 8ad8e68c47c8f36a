import type { WebSocket } from 'ws'
import { SESSION_ENDED_CODE } from '../../api/credentials.ts'
import { closeSocket } from '../../sockets/close-socket.ts'
import type { Subject } from '../access/subject.ts'
import type { WatchedSubjects } from './watched-subjects.ts'

/** Closes the sockets of those who may see no longer: their session has ended, or their user is gone or another. */
export class OpenSockets {
  readonly #subjects: Pick<WatchedSubjects, 'watch'>

  constructor(subjects: Pick<WatchedSubjects, 'watch'>) {
    this.#subjects = subjects
  }

  /** Watches over a socket until it is closed. */
  watch(socket: WebSocket, subject: Subject): void {
    const unwatch = this.#subjects.watch(
      subject,
      () => void closeSocket(socket, SESSION_ENDED_CODE, 'the session has ended; sign in again'),
    )
    socket.on('close', unwatch)
  }
}
