/** The few words of the npm package `ari-client` 2.2.0 that the benchmark uses; it has no types of its own. */
declare module 'ari-client' {
  export interface AriChannel {
    id: string;
    play(options: { media: string; playbackId: string }): Promise<unknown>;
    hangup(): Promise<unknown>;
  }

  export interface AriConnection {
    channels: {
      originate(options: {
        endpoint: string;
        app: string;
        channelId: string;
        timeout: number;
      }): Promise<unknown>;
    };
    playbacks: { stop(options: { playbackId: string }): Promise<unknown> };
    start(app: string): Promise<void>;
    on(
      type: 'StasisStart' | 'ChannelDtmfReceived' | 'ChannelDestroyed',
      listener: (event: object, channel: AriChannel) => void,
    ): void;
    on(type: 'PlaybackFinished', listener: (event: { playback: { id: string } }) => void): void;
  }

  const client: { connect(url: string, user: string, password: string): Promise<AriConnection> };
  export default client;
}
