/**
 * Well-known keys of facts, shared by probe, views and page. Where Weave Scope has a key for the same thing, that key
 * is used.
 */
export const facts = {
  // any node
  hostId: 'host_node_id',
  // process
  pid: 'pid',
  ppid: 'ppid',
  commandLine: 'cmdline',
  threads: 'threads',
  /** Effective user id, as seen from the probe's user namespace. */
  uid: 'uid',
  /** Name of that user. Only for processes outside containers, since a container has its own user database. */
  user: 'user',
  /**
   * `stopped`, `traced` or `uninterruptible`, when the state lasts; absent for a process that runs or sleeps normally.
   */
  processState: 'process_state',
  /** Path as the process sees it; ends with ` (deleted)` when the file has been replaced since. */
  executable: 'executable',
  workingDirectory: 'working_directory',
  startedAt: 'started_at',
  startTicks: 'start_ticks',
  systemdUnit: 'systemd_unit',
  systemdSlice: 'systemd_slice',
  exited: 'exited',
  exitedCount: 'exited_count',
  networkNamespace: 'network_namespace',
  // process and container
  /** `0.0.0.0:80`, `[::1]:5432`, … */
  listeningAddresses: 'listening_addresses',
  /**
   * Listening addresses to which no connection was made since the probe started watching; only where every connection
   * is seen.
   */
  neverUsedAddresses: 'never_used_addresses',
  /** True when a listening address is reachable from other machines, firewalls aside. */
  reachableFromOutside: 'reachable_from_outside',
  // host
  hostName: 'host_name',
  /** The name shown of a host that shares the first part of its name with another; set by the app, not by probes. */
  hostLabel: 'host_label',
  os: 'os',
  kernelVersion: 'kernel_version',
  bootedAt: 'booted_at',
  localNetworks: 'local_networks',
  cpuCount: 'cpu_count',
  scopeVersion: 'host_scope_version',
  // host with a Weave router, which is a peer of a Weave network
  weavePeerName: 'weave_peer_name',
  weavePeerNickName: 'weave_peer_nick_name',
  weaveVersion: 'weave_version',
  weaveProtocol: 'weave_protocol',
  /** `enabled` or `disabled` */
  weaveEncryption: 'weave_encryption',
  weavePeerDiscovery: 'weave_peer_discovery',
  weaveTargetCount: 'weave_target_count',
  weaveConnectionCount: 'weave_connection_count',
  weavePeerCount: 'weave_peer_count',
  weaveTrustedSubnets: 'weave_trusted_subnet_count',
  weaveIpamStatus: 'weave_ipam_status',
  weaveIpamRange: 'weave_ipam_range',
  weaveIpamDefaultSubnet: 'weave_ipam_default_subnet',
  weaveDnsDomain: 'weave_dns_domain',
  weaveDnsUpstream: 'weave_dns_upstream',
  /** Seconds. */
  weaveDnsTtl: 'weave_dns_ttl',
  weaveDnsEntryCount: 'weave_dns_entry_count',
  /** `running` or `not running` */
  weaveProxyStatus: 'weave_proxy_status',
  weaveProxyAddress: 'weave_proxy_address',
  weavePluginStatus: 'weave_plugin_status',
  weavePluginDriver: 'weave_plugin_driver',
  /** Lists of texts, see `weave/router-facts.ts`. */
  weavePeers: 'weave_peers',
  weaveLinks: 'weave_links',
  weaveConnections: 'weave_connections',
  // container
  /** Its names in weaveDNS, without a dot at the end. */
  weaveDnsNames: 'weave_dns_hostname',
  /** Its addresses in a Weave network. */
  weaveAddresses: 'weave_container_ips',
  /** `true` of a container to which the network has given an address: other machines of the network can reach it. */
  weaveReachable: 'weave_reachable',
  /** MAC addresses of the interfaces that have them. */
  weaveMacAddresses: 'weave_mac_address',
  containerId: 'docker_container_id',
  containerHostname: 'docker_container_hostname',
  containerCommand: 'docker_container_command',
  containerCreated: 'docker_container_created',
  containerStarted: 'docker_container_started',
  containerState: 'docker_container_state',
  containerStateHuman: 'docker_container_state_human',
  containerHealth: 'docker_container_health',
  containerRestarts: 'docker_container_restart_count',
  containerNetworkMode: 'docker_container_network_mode',
  containerNetworks: 'docker_container_networks',
  containerAddresses: 'docker_container_ips',
  containerPorts: 'docker_container_ports',
  containerPrivileged: 'docker_container_privileged',
  /** Whose pid namespace it is in, as Docker names it: `host`, `container:<id>`; absent when it has its own. */
  containerPidMode: 'docker_container_pid_mode',
  /**
   * Why somebody with a shell in the container has power over its host, one reason each: `it is privileged`; absent when
   * nothing of that kind is known.
   */
  containerReachesHost: 'docker_container_reaches_host',
  containerMounts: 'docker_container_mounts',
  containerExitCode: 'docker_container_exit_code',
  /** When the container ended (ISO 8601); only for one that does not run. */
  containerFinished: 'docker_container_finished',
  /** The kernel's out-of-memory killer ended the container or one of its processes. */
  containerOomKilled: 'docker_container_oom_killed',
  /** Number of out-of-memory kills since the probe started watching. */
  containerOomKills: 'docker_container_oom_kills',
  /** `no`, `always`, `unless-stopped`, `on-failure:3` */
  containerRestartPolicy: 'docker_container_restart_policy',
  /** Last lines of output of the health check, as of the last change of health. */
  containerHealthOutput: 'docker_container_health_output',
  /** CPU limit in cores, such as 0.5; absent = no limit. */
  containerCpuLimit: 'docker_container_cpu_limit',
  /** Memory limit in bytes; absent = no limit. */
  containerMemoryLimit: 'docker_container_memory_limit',
  /** `KEY=value`, …; only when the probe was told to send it. */
  containerEnvironment: 'docker_container_environment',
  inHostNetwork: 'docker_is_in_host_network',
  // container and image
  imageId: 'docker_image_id',
  imageName: 'docker_image_name',
  imageTag: 'docker_image_tag',
  imageSize: 'docker_image_size_bytes',
  imageCreated: 'docker_image_created',
} as const

/** Metric ids with their units. */
export const metrics = {
  /** Percent of one core (max = 100 × cores). */
  processCpu: 'process_cpu_usage_percent',
  processMemory: 'process_memory_usage_bytes',
  processOpenFiles: 'open_files_count',
  processThreads: 'process_threads',
  /** Percent of one core (max = 100 × the cores it may use). */
  containerCpu: 'docker_cpu_total_usage',
  containerMemory: 'docker_memory_usage',
  /** Bytes per second over all its networks; absent for a container in the host's network. */
  containerNetworkReceived: 'docker_network_received_bytes_per_second',
  containerNetworkSent: 'docker_network_sent_bytes_per_second',
  /** Bytes per second that reached a device; reads from the page cache do not count. */
  containerBlockRead: 'docker_block_read_bytes_per_second',
  containerBlockWritten: 'docker_block_written_bytes_per_second',
  /** Percent of the whole machine (max = 100). */
  hostCpu: 'host_cpu_usage_percent',
  hostMemory: 'host_mem_usage_bytes',
  load1: 'load1',
  load5: 'load5',
  load15: 'load15',
} as const
