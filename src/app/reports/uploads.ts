import { ApiError } from '../http/api-error.ts'

/** Bounds of the bodies that are being received, over all probes. */
export interface UploadLimits {
  readonly bodies: number
  readonly bodiesPerAddress: number
  /** Bytes held of bodies that are not decoded yet. */
  readonly heldBytes: number
  readonly heldBytesPerAddress: number
  /** A body of which nothing comes for so long is given up. */
  readonly stallMs: number
}

/** The bounds an app has unless told otherwise: a fleet that is restarted sends many whole reports at once. */
export const defaultUploadLimits: UploadLimits = {
  bodies: 512,
  bodiesPerAddress: 64,
  heldBytes: 64 * 1024 * 1024,
  heldBytesPerAddress: 32 * 1024 * 1024,
  stallMs: 5000,
}

/** A body that is being received. */
export interface Upload {
  /** Makes room for bytes that came. @throws {ApiError} 503 when there is none */
  hold(sizeBytes: number): void
  /** Gives back all its room. */
  end(): void
}

interface Use {
  bodies: number
  bytes: number
}

const busy = (message: string): ApiError =>
  new ApiError(503, 'busy', message, { headers: { 'retry-after': '1' } })

/**
 * Counts what is being received, in all and from each address. What is slow holds no more than what has come of it, and
 * keeps nobody from being received.
 */
export class Uploads {
  readonly #limits: UploadLimits
  readonly #all: Use = { bodies: 0, bytes: 0 }
  readonly #byAddress = new Map<string, Use>()

  constructor(limits: UploadLimits) {
    this.#limits = limits
  }

  /** @throws {ApiError} 503 when too many are under way */
  begin(address: string): Upload {
    const { bodies, bodiesPerAddress, heldBytes, heldBytesPerAddress } = this.#limits
    const own = this.#byAddress.get(address) ?? { bodies: 0, bytes: 0 }
    if (this.#all.bodies >= bodies) throw busy('too many reports are being received at once; try again')
    if (own.bodies >= bodiesPerAddress)
      throw busy('too many reports are being received from this address at once; try again')
    this.#byAddress.set(address, own)
    this.#all.bodies++
    own.bodies++
    let held = 0
    let isOver = false
    return {
      hold: (sizeBytes) => {
        if (this.#all.bytes + sizeBytes > heldBytes || own.bytes + sizeBytes > heldBytesPerAddress)
          throw busy('too much is being received at once; try again')
        held += sizeBytes
        this.#all.bytes += sizeBytes
        own.bytes += sizeBytes
      },
      end: () => {
        if (isOver) return
        isOver = true
        this.#all.bodies--
        own.bodies--
        this.#all.bytes -= held
        own.bytes -= held
        if (own.bodies === 0) this.#byAddress.delete(address)
      },
    }
  }
}
