/** Nodes that others run for everybody, by CAIP-2: offered, and asked only when somebody chose them. */
export const publicNodes: Readonly<Record<string, readonly string[]>> = {
  'eip155:11155111': ['https://ethereum-sepolia-rpc.publicnode.com', 'https://sepolia.drpc.org'],
  'eip155:84532': ['https://sepolia.base.org', 'https://base-sepolia-rpc.publicnode.com'],
  'bip122:00000000da84f2bafbbc53dee25a72ae': ['https://mempool.space/testnet4/api'],
  'bip122:00000008819873e925422c1ff0f99f7c': [
    'https://mempool.space/signet/api',
    'https://blockstream.info/signet/api',
  ],
  'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1': ['https://api.devnet.solana.com'],
  'solana:4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z': ['https://api.testnet.solana.com'],
}
