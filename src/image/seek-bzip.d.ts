/** The part of seek-bzip 2.0 that we use; the package brings no types of its own. */
declare module 'seek-bzip' {
  interface InputStream {
    read(into: Uint8Array, offset: number, length: number): number;
    readByte(): number;
    eof(): boolean;
  }
  interface OutputStream {
    writeByte(byte: number): void;
  }
  const Bunzip: {
    /** Decodes one stream. @throws TypeError on bad data; passes on what the streams throw. */
    decode(input: InputStream, output: OutputStream): void;
  };
  export default Bunzip;
}
