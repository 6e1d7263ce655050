import SystemPackage

/// The path that an argument of the command names, byte for byte: a file's name need not be UTF-8, a `String` is.
func filePath(ofArgument argument: String) -> FilePath {
    for index in 0..<Int(CommandLine.argc) {
        guard let raw = unsafe CommandLine.unsafeArgv[index] else { continue }
        if unsafe String(cString: raw) == argument { return unsafe FilePath(platformString: raw) }
    }
    return FilePath(argument)
}
