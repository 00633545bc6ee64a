@{
    Severity     = @('Error', 'Warning')
    ExcludeRules = @(
        # The build and the benchmarks talk to a person.
        'PSAvoidUsingWriteHost'
        # Set-HelpSection gives back a text; nobody confirms that.
        'PSUseShouldProcessForStateChangingFunctions'
    )
}
