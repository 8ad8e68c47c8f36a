import * as z from 'zod'

/**
 * Schemas for the answers of Docker's Engine API, limited to the fields used here. Engines (versions of Docker, Podman)
 * differ in what they omit or set to null, so only essential fields are required.
 */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')
const texts = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? [])
const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {})
const number = z
  .number()
  .nullish()
  .transform((value) => value ?? 0)
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false)
const recordOf = <T extends z.ZodType>(value: T) =>
  z
    .record(z.string(), value)
    .nullish()
    .transform((found) => found ?? {})

const binding = z.object({ HostIp: text, HostPort: text })
const endpoint = z.object({ NetworkID: text, IPAddress: text, GlobalIPv6Address: text, DriverOpts: labels })
const mount = z.object({ Type: text, Name: text, Source: text, Destination: text, RW: flag })

/** `GET /containers/{id}/json` */
export const containerSchema = z.object({
  Id: z.string().regex(/^[0-9a-f]{12,128}$/),
  Name: text,
  Created: text,
  Path: text,
  Args: texts,
  /** Id of the image; empty when it has no name that is one. */
  Image: z
    .string()
    .regex(/^(sha256:)?[0-9a-f]{12,128}$/)
    .catch(''),
  RestartCount: number,
  State: z.object({
    Status: text,
    Running: flag,
    Paused: flag,
    Restarting: flag,
    /** Of its first process, in the pid namespace of the daemon; 0 = none. */
    Pid: number,
    ExitCode: number,
    StartedAt: text,
    FinishedAt: text,
    OOMKilled: flag,
    Health: z
      .object({
        Status: text,
        /** The last runs of the check, oldest first. */
        Log: z
          .array(z.object({ ExitCode: number, Output: text }))
          .nullish()
          .transform((value) => value ?? []),
      })
      .nullish(),
  }),
  Config: z.object({
    Hostname: text,
    Image: text,
    Labels: labels,
    Env: texts,
    Tty: flag,
    OpenStdin: flag,
    /** Its input is closed when the first client that is attached to it goes. */
    StdinOnce: flag,
    /** Seconds from the signal to stop until it is killed; -1 = it is never killed; missing = 10. */
    StopTimeout: z.number().nullish(),
  }),
  HostConfig: z.object({
    NetworkMode: text,
    /** `host`, `container:<id>`; empty = a pid namespace of its own. */
    PidMode: text,
    Privileged: flag,
    /** `SYS_ADMIN`, `CAP_SYS_ADMIN`, `ALL` */
    CapAdd: texts,
    Devices: z
      .array(z.object({ PathOnHost: text }))
      .nullish()
      .transform((value) => value ?? []),
    /** `b 8:* rwm` */
    DeviceCgroupRules: texts,
    /** Paths that its processes cannot write to, such as `/proc/sys`; missing where the engine does not tell them. */
    ReadonlyPaths: z.array(z.string()).nullish(),
    LogConfig: z.object({ Type: text }).nullish(),
    RestartPolicy: z.object({ Name: text, MaximumRetryCount: number }).nullish(),
    /** 1e9 = one core; 0 = no limit. */
    NanoCpus: number,
    /** Microseconds of CPU time in each period; 0 or less = no limit. */
    CpuQuota: number,
    CpuPeriod: number,
    /** `0-2,5`; empty = all. */
    CpusetCpus: text,
    /** Bytes; 0 = no limit. */
    Memory: number,
  }),
  NetworkSettings: z.object({
    Ports: recordOf(z.array(binding).nullable()),
    Networks: recordOf(endpoint.nullable()),
  }),
  Mounts: z
    .array(mount)
    .nullish()
    .transform((value) => value ?? []),
})
export type ContainerMessage = z.infer<typeof containerSchema>

/** One entry of `GET /containers/json` */
export const listedContainerSchema = z.object({ Id: z.string() })

/** One entry of `GET /images/json` */
export const imageSchema = z.object({
  Id: z.string().regex(/^(sha256:)?[0-9a-f]{12,128}$/),
  RepoTags: texts,
  RepoDigests: texts,
  /** Seconds since 1970. */
  Created: number,
  Size: number,
  Labels: labels,
})
export type ImageMessage = z.infer<typeof imageSchema>

/** One entry of `GET /networks` */
export const networkSchema = z.object({
  Id: z.string(),
  Driver: text,
  Scope: text,
  IPAM: z
    .object({
      Config: z
        .array(z.object({ Subnet: text }))
        .nullish()
        .transform((value) => value ?? []),
    })
    .nullish(),
})
export type NetworkMessage = z.infer<typeof networkSchema>

/** `GET /info` */
export const infoSchema = z.object({
  ID: text,
  Name: text,
  ServerVersion: text,
  KernelVersion: text,
  NCPU: number,
  MemTotal: number,
})
export type InfoMessage = z.infer<typeof infoSchema>

/** One line of `GET /events` */
export const eventSchema = z.object({
  Type: text,
  Action: text,
  Actor: z.object({ ID: text, Attributes: labels }),
})
export type EventMessage = z.infer<typeof eventSchema>

/** One line of `GET /containers/{id}/stats` */
export const statsSchema = z.object({
  read: z.string(),
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: number }) }),
  memory_stats: z
    .object({
      usage: z.number().nullish(),
      stats: z
        .object({
          total_inactive_file: z.number().nullish(),
          inactive_file: z.number().nullish(),
          cache: z.number().nullish(),
        })
        .nullish(),
    })
    .nullish(),
  /** By interface; missing for containers in the host's network. */
  networks: recordOf(z.object({ rx_bytes: number, tx_bytes: number })),
  blkio_stats: z
    .object({
      io_service_bytes_recursive: z
        .array(z.object({ op: text, value: number }))
        .nullish()
        .transform((value) => value ?? []),
    })
    .nullish(),
})
export type StatsMessage = z.infer<typeof statsSchema>
